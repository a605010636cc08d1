"""What is known of every exercise at this moment: what `/course/exercises` answers."""

import threading
from typing import Any

from course.catalog import Catalog, Entry
from course.progress import Progress
from course.render import html
from course.server.highlight import highlighted
from course.verdict import Report


class Board:
    """Safe across threads: the judging thread writes, requests read."""

    def __init__(self, catalog: Catalog, progress: Progress) -> None:
        self.catalog = catalog
        self._progress = progress
        self._reports: dict[str, Report] = {}
        self._checking: set[str] = set()
        self._troubles: dict[str, str] = {}
        self._lock = threading.RLock()

    def trouble(self, part: str, text: str | None) -> None:
        """What is wrong with a part of the server; None when it is well again."""
        with self._lock:
            self._troubles.pop(part, None)
            if text is not None:
                self._troubles[part] = text

    def checking(self, entry: Entry) -> None:
        with self._lock:
            self._checking.add(entry.id)

    def given_up(self, entry: Entry) -> None:
        """Its check was not finished: it was saved again meanwhile."""
        with self._lock:
            self._checking.discard(entry.id)

    def judged(self, entry: Entry, report: Report) -> None:
        with self._lock:
            self._checking.discard(entry.id)
            self._reports[entry.id] = report
            if report.state != "not started":
                self._progress.note(entry, report)

    def everything(self) -> dict[str, Any]:
        """All exercises and lessons, and the sum."""
        with self._lock:
            exercises = [self._record(entry) for entry in self.catalog.entries()]
            troubles = dict(self._troubles)
        passed = {record["id"] for record in exercises if record["state"] == "passed"}
        lessons = [
            {
                "number": lesson.number,
                "id": lesson.id,
                "title": lesson.title,
                "url": lesson.url,
                "passed": sum(entry.id in passed for entry in lesson.entries),
                "total": len(lesson.entries),
            }
            for lesson in self.catalog.lessons
        ]
        return {"v": 1, "progress": self.progress(), "exercises": exercises, "lessons": lessons, "troubles": troubles}

    def one(self, entry: Entry) -> dict[str, Any]:
        """One exercise with its last report, and the solution once it has passed."""
        with self._lock:
            report = self._reports.get(entry.id)
            record = self._record(entry)
            earned = record["state"] == "passed" or self._progress.ever_passed(entry)
        record["html"] = html.panel(report, heading=4) if report else None
        record["solution"] = _solution(self.catalog, entry) if earned else None
        return record

    def progress(self) -> dict[str, int]:
        with self._lock:
            states = [self._state(entry) for entry in self.catalog.entries()]
        return {"passed": states.count("passed"), "total": len(states)}

    def _record(self, entry: Entry) -> dict[str, Any]:
        lesson = self.catalog.lesson(entry.lesson)
        report = self._reports.get(entry.id)
        passed, total = (report.passed, report.total) if report else self._progress.counts(entry) or (0, None)
        return {
            "id": entry.id,
            "name": entry.name,
            "title": entry.title,
            "lesson": entry.lesson,
            "lesson_title": lesson.title,
            "level": entry.level,
            "minutes": entry.minutes,
            "file": self.catalog.shown(entry.path),
            "url": entry.url,
            "state": "checking" if entry.id in self._checking else self._state(entry),
            "passed": passed,
            "total": total,
        }

    def _state(self, entry: Entry) -> str:
        report = self._reports.get(entry.id)
        return report.state if report else self._progress.standing(entry)


def _solution(catalog: Catalog, entry: Entry) -> dict[str, Any] | None:
    """None while a file of it cannot be read: a report does not wait for a solution."""
    try:
        return {
            "code": highlighted(entry.solution),
            "file": catalog.shown(entry.solution),
            "approaches": [
                {"title": path.stem.replace("_", " "), "code": highlighted(path), "file": catalog.shown(path)}
                for path in entry.approaches
            ],
        }
    except OSError:
        return None
