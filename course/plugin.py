"""
pytest as a face of the graders: `pytest` judges exercises/, `pytest --against solutions` the solutions.

Each criterion is one test, judged by the same process as `course check`: the two cannot disagree, and an exercise
that ends Python or never comes back fails its own tests and no other. With `--in-process` the criteria run here as
plain test functions, for `--pdb` and the like; what an exercise does to Python, it then does to pytest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course.catalog import Catalog, Entry, UnknownId
from course.criteria import Criterion, GradingBroken, criteria
from course.render import terminal
from course.reports import not_started, report
from course.sandbox.grader import Grader
from course.verdict import Report, Verdict

SESSION = "course-session"
LETTERS = {"not started": "o", "not checked": "-"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("course", "the exercises of the course")
    group.addoption("--against", default="exercises", choices=("exercises", "solutions"), help="what to judge")
    group.addoption("--in-process", action="store_true", help="run criteria in this process: for --pdb; less safe")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "live: judged over a real socket (deselect with -m 'not live')")
    config.pluginmanager.register(Session(config), SESSION)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    """A grader is collected by its criteria, and not imported; other test files are pytest's own business."""
    session: Session = parent.config.pluginmanager.getplugin(SESSION)
    if session.graders not in module_path.parents or parent.config.getoption("in_process"):
        return None
    return GraderFile.from_parent(parent, path=module_path)


@pytest.fixture
def ex(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The exercise as a criterion sees it, with `--in-process`."""
    from course.grader import Exercise

    session: Session = request.config.pluginmanager.getplugin(SESSION)
    entry = session.catalog.entry_of_grader(request.path)
    path = session.submission(entry)
    if session.not_started(entry):
        pytest.skip("not started")
    with Exercise(entry, path, live=request.function.__criterion__.live) as exercise:
        yield exercise


class Session:
    """One run: what is judged, the verdicts so far, and the process that gives them."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.catalog = Catalog()
        self.graders = self.catalog.root / "tests" / "exercises"
        self._entries: list[Entry] = []
        self._judged: dict[str, dict[str, Verdict] | GradingBroken] = {}
        self._reported: dict[str, list[Verdict]] = {}
        self._grader: Grader | None = None
        self._stream: Iterator[tuple[Entry, Iterator[Verdict]]] = iter(())

    def submission(self, entry: Entry) -> Path:
        return entry.solution if self.config.getoption("against") == "solutions" else entry.path

    def not_started(self, entry: Entry) -> bool:
        return self.config.getoption("against") == "exercises" and not_started(entry, entry.path)

    def verdict(self, entry: Entry, criterion: Criterion) -> Verdict:
        """The verdict on one criterion. Raises GradingBroken."""
        if self.not_started(entry):
            return Verdict(entry.id, criterion.name, criterion.sentence, "not started", live=criterion.live)
        if entry.id not in self._judged:
            self._judge(entry)
        found = self._judged[entry.id]
        if isinstance(found, GradingBroken):
            raise found
        if criterion.name not in found:
            raise GradingBroken(f"There was no verdict on {entry.id} {criterion.name}.")
        return found[criterion.name]

    def _judge(self, entry: Entry) -> None:
        """
        Up to that exercise. All of the run are judged in one go, in the order of the tests; what is asked for out of
        turn starts anew from there.
        """
        for stream in (self._stream, self._from(entry)):
            self._stream = stream
            for other, verdicts in stream:
                try:
                    self._judged[other.id] = {verdict.criterion: verdict for verdict in verdicts}
                except GradingBroken as broken:
                    self._judged[other.id] = broken
                if other is entry:
                    return

    def _from(self, entry: Entry) -> Iterator[tuple[Entry, Iterator[Verdict]]]:
        worker = hasattr(self.config, "workerinput")
        if self._grader is None:  # The workers of pytest-xdist are side by side already.
            self._grader = Grader(self.catalog, keep_warm=worker, jobs=1 if worker else None)
        if worker:  # It does not know which tests it will get.
            rest = [entry]
        else:
            rest = [other for other in self._entries[self._entries.index(entry) :] if not self.not_started(other)]
        live = "not live" not in (self.config.getoption("markexpr") or "")
        apart = self._grader.grade_apart([(one, self.submission(one)) for one in rest], live=live)
        yield from zip(rest, apart, strict=False)  # Not to its end: each exercise tells what broke by itself.

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if isinstance(item, CriterionItem) and item.entry not in self._entries:
                self._entries.append(item.entry)
            if getattr(getattr(getattr(item, "function", None), "__criterion__", None), "live", False):
                item.add_marker("live")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        record = getattr(report, "course_verdict", None)
        if record is not None:
            verdict = Verdict.from_json(record)
            self._reported.setdefault(verdict.exercise, []).append(verdict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Not started and not checked are neither passed nor failed: they are counted apart."""
        state = (getattr(report, "course_verdict", None) or {}).get("state")
        return (state, LETTERS[state], state.upper()) if state in LETTERS else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._reported:
            # In the order of the course: several processes report in any order.
            known = [entry for entry in self.catalog.entries() if entry.id in self._reported]
            reports = [report(self.catalog, entry, self._reported[entry.id]) for entry in known]
            terminalreporter.section("exercises")
            terminalreporter.write(terminal.table(reports, color=terminalreporter.hasmarkup))

    def pytest_unconfigure(self) -> None:
        if self._grader is not None:
            self._grader.close()


class GraderFile(pytest.File):
    """A grader: its criteria, in the order of the file."""

    def collect(self) -> Iterator["CriterionItem"]:
        session: Session = self.config.pluginmanager.getplugin(SESSION)
        try:
            entry = session.catalog.entry_of_grader(self.path)
            found = criteria(self.path)
        except (UnknownId, GradingBroken) as error:
            raise self.CollectError(str(error)) from None
        for criterion in found:
            item = CriterionItem.from_parent(self, name=criterion.name)
            item.entry, item.criterion = entry, criterion
            if criterion.live:
                item.add_marker("live")
            yield item


class CriterionItem(pytest.Item):
    """One criterion of one exercise."""

    entry: Entry
    criterion: Criterion
    verdict: Verdict | None = None

    def runtest(self) -> None:
        session: Session = self.config.pluginmanager.getplugin(SESSION)
        self.verdict = verdict = session.verdict(self.entry, self.criterion)
        match verdict.state:
            case "not started":
                raise pytest.skip.Exception("not started", _use_item_location=True)
            case "not checked":
                reason = f"needs: {'; '.join(verdict.needs)}" if verdict.needs else verdict.note
                raise pytest.skip.Exception(f"not checked ({reason})", _use_item_location=True)
            case "failed":
                raise NotYet(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict as `course check` shows it, without its heading."""
        if isinstance(excinfo.value, NotYet):
            shown = terminal.report(Report(self.entry.id, self.entry.name, (excinfo.value.verdict,)), color=False)
            return "\n".join(shown.splitlines()[2:])
        if isinstance(excinfo.value, GradingBroken):
            return f"The course itself failed while it judged.\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.criterion.line - 1, f"{self.entry.id} {self.entry.name}: {self.criterion.sentence}"


class NotYet(Exception):
    """A criterion has not been met."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    made = yield
    if call.when == "call" and isinstance(item, CriterionItem) and item.verdict is not None:
        made.course_verdict = item.verdict.to_json()
    return made
