"""
How far the learner is: `.course/progress.json` below the root, ignored by git.

It only remembers. Losing it loses no work: checking again rebuilds it. A file that cannot be read is
set aside, a tree that cannot be written keeps the progress in memory; both are said once.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from course.catalog import Catalog, Entry
from course.loading import same_code
from course.verdict import Report

Standing = Literal["passed", "not yet", "not started"]


class Progress:
    """What is known of each exercise. `say` gets the few sentences a learner should read (default: nothing)."""

    def __init__(self, catalog: Catalog, say: Callable[[str], None] = lambda sentence: None) -> None:
        self.catalog = catalog
        self.file = catalog.root / ".course" / "progress.json"
        self._say = say
        self._warned = False
        self._exercises: dict[str, dict[str, Any]] = {}
        self._last: str | None = None
        self._read()

    def standing(self, entry: Entry) -> Standing:
        """`passed` while the file is the one that passed; `not started` while it is the stub as shipped."""
        if same_code(entry.path, entry.stub):
            return "not started"
        known = self._exercises.get(entry.id, {})
        return "passed" if known.get("state") == "passed" and known.get("digest") == _digest(entry.path) else "not yet"

    def counts(self, entry: Entry) -> tuple[int, int] | None:
        """Criteria passed and all criteria, at the last check."""
        known = self._exercises.get(entry.id, {})
        return (known["passed"], known["total"]) if "passed" in known and "total" in known else None

    def ever_passed(self, entry: Entry) -> bool:
        return bool(self._exercises.get(entry.id, {}).get("ever_passed"))

    def current(self) -> Entry | None:
        """Where the learner stands: the exercise last touched, unless it has passed; else the first not passed."""
        entries = self.catalog.entries()
        last = next((entry for entry in entries if entry.id == self._last), None)
        if last is not None and self.standing(last) == "not yet":
            return last
        open_ones = (entry for entry in entries if self.standing(entry) != "passed")
        return next(open_ones, entries[-1] if entries else None)

    def note(self, entry: Entry, report: Report) -> None:
        """Remember a report on the learner's own file: on the text that was judged, whatever the file holds by now."""
        known = self._exercises.setdefault(entry.id, {})
        known |= {
            "state": report.state,
            "passed": report.passed,
            "total": report.total,
            "digest": report.digest or _digest(entry.path),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "ever_passed": report.state == "passed" or self.ever_passed(entry),
        }
        self._last = entry.id
        self._write()

    def next_hint(self, entry: Entry) -> int:
        """The index of the hint to show now; the last one stays."""
        shown = self._exercises.get(entry.id, {}).get("hints", 0)
        return min(shown, len(entry.hints) - 1) if isinstance(shown, int) else 0

    def hint_shown(self, entry: Entry, index: int) -> None:
        self._exercises.setdefault(entry.id, {})["hints"] = index + 1
        self._write()

    def forget(self, entry: Entry) -> None:
        """Back to the start, hints too; that it has been passed stays true."""
        passed = self.ever_passed(entry)
        self._exercises[entry.id] = {"ever_passed": True} if passed else {}
        self._write()

    def _read(self) -> None:
        try:
            record = json.loads(self.file.read_text(encoding="utf-8"))
            exercises, last = record["exercises"], record.get("last")
            if record["v"] != 1 or not all(isinstance(known, dict) for known in exercises.values()):
                raise ValueError("not a progress file of this course")
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._set_aside(error)
            return
        self._exercises, self._last = exercises, last if isinstance(last, str) else None

    def _set_aside(self, error: Exception) -> None:
        aside = self.file.with_name(f"progress.broken-{datetime.now():%Y%m%d-%H%M%S}.json")
        try:
            self.file.replace(aside)
        except OSError:
            self._say(f"{self.catalog.shown(self.file)} cannot be read ({error}). Progress starts anew.")
            return
        self._say(
            f"{self.catalog.shown(self.file)} cannot be read. It now lies in {self.catalog.shown(aside)}, "
            "and progress starts anew: course check --all fills it again."
        )

    def _write(self) -> None:
        """All or nothing: readers and a crash never see half a file."""
        record = {"v": 1, "last": self._last, "exercises": self._exercises}
        try:
            self.file.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.file.parent, prefix="progress.", suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(record, file, indent=1)
                Path(name).replace(self.file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            if not self._warned:
                self._say(f"Progress cannot be saved ({error.strerror or error}); it is kept until this command ends.")
            self._warned = True


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
