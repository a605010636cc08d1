"""
pytest's fixture `lab`, and failures that draw what arrived.

    def test_alerts(lab):
        client = lab(app).get("/alerts")
        assert client.chunks == [(0.0, b"calm\\n")]

`lab(app)` opens a lab around an app, `lab()` one without; the end of the test closes it. `@pytest.mark.lab(seed=7)`
on a test, or as `pytestmark`, gives options to every lab of it. The lab is loaded by the first test that asks for it.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from waterclock.lab import Lab

_LABS = pytest.StashKey[list[Any]]()
_MOST = 20  # Clients that a report draws.


class OpenLab:
    """
    The fixture: called with an app, it opens a lab. Its `labs` are those of this test, in order.

    What it has no name for, it asks of the lab that was opened last: `lab(app).get("/alerts")`, then `lab.advance(60)`.
    """

    def __init__(self, options: dict[str, Any], labs: "list[Lab]") -> None:
        self.labs = labs
        self._options = options

    def __call__(self, app: Any = None, **options: Any) -> "Lab":
        """Options as for `waterclock.Lab`; they go before those of the marker."""
        __tracebackhide__ = True
        from waterclock.lab import Lab

        opened = Lab(app, **{**self._options, **options})
        opened.__enter__()
        self.labs.append(opened)
        return opened

    def __repr__(self) -> str:
        return repr(self.labs[-1]) if self.labs else "<no lab is open yet>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self.labs:
            raise AttributeError(f"lab.{name}: no lab is open yet. Open one first, such as `lab(app)`.")
        return getattr(self.labs[-1], name)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "lab(**options): options for every lab of a test, as for waterclock.Lab")


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[OpenLab]:
    """Opens labs, in virtual time: `client = lab(app).get("/alerts")`. See `waterclock.pytest_plugin`."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("lab"))):  # The closest comes last, and decides.
        if mark.args:
            raise pytest.UsageError(f"@pytest.mark.lab takes options by name, such as seed=7; got {mark.args!r}")
        options |= mark.kwargs
    labs: list[Lab] = []
    request.node.stash[_LABS] = labs
    yield OpenLab(options, labs)
    error: BaseException | None = None
    for each in reversed(labs):  # The last one first, and all of them, whatever one of them raises.
        try:
            each.__exit__(None, None, None)
        except BaseException as raised:
            error = error or raised
    if error is not None:
        raise error


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A test that failed shows what its clients got, and what the labs have found."""
    report = yield
    labs = item.stash.get(_LABS, None)
    if labs and report.failed and call.when in ("call", "teardown"):
        for number, each in enumerate(labs, 1):
            name = "waterclock" if len(labs) == 1 else f"waterclock, lab {number}"
            report.sections.append((name, _told(each)))
    return report


def pytest_exception_interact(node: Any, call: Any, report: Any) -> None:
    """An expectation that was not met, or a verdict, is shown by its own text: the lab's frames explain nothing."""
    from sys import modules

    errors = modules.get("waterclock.errors")
    unmet = modules.get("waterclock.expectations.unmet")
    if errors is None or call.excinfo is None:
        return
    kinds = (errors.LabError, *((unmet.Unmet,) if unmet else ()))
    if isinstance(call.excinfo.value, kinds) and hasattr(report, "longrepr"):
        entries = [entry for entry in call.excinfo.traceback if "waterclock" not in _module(entry)]
        where = f"{entries[-1].path}:{entries[-1].lineno + 1}\n\n" if entries else ""
        line = f"    {str(entries[-1].statement).strip()}\n\n" if entries else ""
        report.longrepr = f"{type(call.excinfo.value).__name__}: {call.excinfo.value}\n\n{line}{where}".rstrip()


def _module(entry: Any) -> str:
    name = entry.frame.f_globals.get("__name__", "")
    return name if name.startswith("waterclock.") else ""


def _shortened(traceback: str) -> str:
    """Without the frames of installed packages, among which the app's own would be lost."""
    first, *entries = re.split(r"(?m)^(?=  File )", traceback.rstrip())
    last = entries[-1] if entries else ""
    error = "".join(line for line in last.splitlines(keepends=True) if not line.startswith(" "))
    own = [each for each in entries if "site-packages" not in each.partition("\n")[0]]
    return (first + "".join(own) + ("" if own and own[-1] is last else error)).rstrip()


def _told(lab: Any) -> str:
    """What one lab has seen."""
    session = lab._session
    lines = [repr(lab)]
    for client in session.clients[:_MOST]:
        lines += ["", repr(client), str(client.timeline())]
        if client.traceback:
            lines += ["", _shortened(client.traceback)]
    if len(session.clients) > _MOST:
        lines += ["", f"and {len(session.clients) - _MOST} clients more"]
    if not session.was_open:
        return "\n".join(lines)
    for name, found in (
        ("held up the loop", [str(each) for each in lab.blocked if each.kind != "file"]),
        ("problems", [*session.loop.problems, *(str(each) for each in session.loop.reached_beyond)]),
    ):
        if found:
            lines += ["", f"{name}:", *(f"  {each}" for each in found)]
    return "\n".join(lines)
