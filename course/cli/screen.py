"""What watch mode shows: one exercise at a time, and the keys."""

from course.catalog import Catalog, Entry, Lesson
from course.cli import output
from course.cli.listing import lines
from course.progress import Progress
from course.render import terminal
from course.verdict import Report

KEYS = "n next   h hint   t trace   l list   r reset   q quit"


class Screen:
    """Draws over the whole terminal; scrolling back still shows what was there."""

    def __init__(self, catalog: Catalog, notices: list[str]) -> None:
        self._catalog = catalog
        self._notices = notices  # sentences of the progress file, each shown once

    def brief(self, entry: Entry) -> None:
        self._clear()
        print(f"{entry.id} {entry.name} · not started\n\n{entry.title} ({entry.level}, {entry.minutes} min)\n")
        print(f"{entry.brief}\n\nRead lesson {entry.read}. Then edit and save")
        print(f"    {self._catalog.shown(entry.path)}")
        self.keys()

    def checking(self, entry: Entry) -> None:
        self._clear()
        print(f"checking {entry.id} …", end="", flush=True)

    def verdict(self, entry: Entry, report: Report) -> None:
        self._clear()
        print(terminal.report(report, width=output.width(), color=output.color()).rstrip())
        if report.state == "passed":
            print(f"\nOther right answers: course solution {entry.id}. When you are ready: n")
        self.keys()

    def list(self, lesson: Lesson, progress: Progress) -> None:
        self._clear()
        print("\n".join(lines(lesson, progress)))
        self.keys()

    def text(self, text: str) -> None:
        print(f"\n{text}")
        self.keys()

    def keys(self) -> None:
        while self._notices:
            print(f"\n{self._notices.pop(0)}")
        print(f"\n{KEYS}", flush=True)

    def _clear(self) -> None:
        print("\x1b[2J\x1b[H", end="")
