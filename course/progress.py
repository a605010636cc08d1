"""
How far the learner is: `.course/progress.json` below the root, ignored by git.

It only remembers. Losing it loses no work: checking again rebuilds it. A file that cannot be read or cannot be true is
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
from course.locking import locked
from course.verdict import Report

Standing = Literal["passed", "not yet", "not started"]


Record = dict[str, Any]
"""The file's content: `v`, `last` and `exercises`, what is known of each by its id."""


class Progress:
    """
    What is known of each exercise. `say` gets the few sentences a learner should read (default: nothing).

    Several processes share the file. It is read again whenever it has changed, and each change is made to what it holds
    at that moment, while nobody else writes.
    """

    def __init__(self, catalog: Catalog, say: Callable[[str], None] = lambda sentence: None) -> None:
        self.catalog = catalog
        self.file = catalog.root / ".course" / "progress.json"
        self._lock = self.file.with_suffix(".lock")
        self._say = say
        self._warned = False
        self._record = _empty()
        self._seen: object = None  # the stamp of what was read last
        self._unsaved: list[Callable[[Record], None]] = []
        self._refresh()

    def standing(self, entry: Entry) -> Standing:
        """`passed` while the file is the one that passed; `not started` while it is the stub as shipped."""
        if same_code(entry.path, entry.stub):
            return "not started"
        known = self._known(entry)
        return "passed" if known.get("state") == "passed" and known.get("digest") == _digest(entry.path) else "not yet"

    def counts(self, entry: Entry) -> tuple[int, int] | None:
        """Criteria passed and all criteria, at the last check."""
        known = self._known(entry)
        return (known["passed"], known["total"]) if "passed" in known and "total" in known else None

    def ever_passed(self, entry: Entry) -> bool:
        return bool(self._known(entry).get("ever_passed"))

    def current(self) -> Entry | None:
        """Where the learner stands: the exercise last touched, unless it has passed; else the first not passed."""
        self._refresh()
        entries = self.catalog.entries()
        last = next((entry for entry in entries if entry.id == self._record["last"]), None)
        if last is not None and self.standing(last) == "not yet":
            return last
        open_ones = (entry for entry in entries if self.standing(entry) != "passed")
        return next(open_ones, entries[-1] if entries else None)

    def note(self, entry: Entry, report: Report) -> None:
        """Remember a report on the learner's own file: on the text that was judged, whatever the file holds by now."""
        news = {
            "state": report.state,
            "passed": report.passed,
            "total": report.total,
            "digest": report.digest or _digest(entry.path),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }

        def change(record: Record) -> None:
            known = record["exercises"].setdefault(entry.id, {})
            known |= {**news, "ever_passed": report.state == "passed" or bool(known.get("ever_passed"))}
            record["last"] = entry.id

        self._change(change)

    def next_hint(self, entry: Entry) -> int:
        """The index of the hint to show now; the last one stays."""
        shown: int = self._known(entry).get("hints", 0)
        return min(shown, len(entry.hints) - 1)

    def hint_shown(self, entry: Entry, index: int) -> None:
        def change(record: Record) -> None:
            known = record["exercises"].setdefault(entry.id, {})
            known["hints"] = max(known.get("hints", 0), index + 1)

        self._change(change)

    def forget(self, entry: Entry) -> None:
        """Back to the start, hints too; that it has been passed stays true."""

        def change(record: Record) -> None:
            passed = record["exercises"].get(entry.id, {}).get("ever_passed")
            record["exercises"][entry.id] = {"ever_passed": True} if passed else {}

        self._change(change)

    def _known(self, entry: Entry) -> dict[str, Any]:
        self._refresh()
        known: dict[str, Any] = self._record["exercises"].get(entry.id, {})
        return known

    def _refresh(self) -> None:
        if self._stamp() != self._seen:
            with locked(self._lock):  # Windows cannot replace a file that is being read.
                self._read()

    def _change(self, change: Callable[[Record], None]) -> None:
        self._unsaved.append(change)
        with locked(self._lock):
            if (trouble := self._read()) is None:
                self._write()
            else:
                change(self._record)
                self._warn(trouble)

    def _read(self) -> OSError | None:
        """The file as it is, and on top of it what could not be saved; an error when it cannot be looked at now."""
        seen = self._stamp()
        try:
            self._record = _parsed(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._record = _empty()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, PermissionError) as error:
            self._record = _empty()
            self._set_aside(error)
            seen = self._stamp()
        except OSError as error:
            return error  # No descriptor is left, or the disk fails: it may be as good as ever.
        for change in self._unsaved:
            change(self._record)
        self._seen = seen
        return None

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
        try:
            handle, name = tempfile.mkstemp(dir=self.file.parent, prefix="progress.", suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(self._record, file, indent=1)
                Path(name).replace(self.file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            self._warn(error)
        else:
            self._unsaved.clear()
            self._seen = self._stamp()

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._say(f"Progress cannot be saved ({error.strerror or error}); it is kept until this command ends.")
        self._warned = True

    def _stamp(self) -> object:
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _empty() -> Record:
    return {"v": 1, "last": None, "exercises": {}}


def _parsed(text: str) -> Record:
    """Raises ValueError, KeyError, TypeError or AttributeError for what this course never wrote."""
    record = json.loads(text)
    if record["v"] != 1 or not all(map(_sound, record["exercises"].values())):
        raise ValueError("not a progress file of this course")
    last = record.get("last")
    return {"v": 1, "last": last if isinstance(last, str) else None, "exercises": record["exercises"]}


def _sound(known: dict[str, Any]) -> bool:
    """Whether all counts of an exercise can be true."""
    passed, total, hints = (known.get(name, 0) for name in ("passed", "total", "hints"))
    return all(type(count) is int and count >= 0 for count in (passed, total, hints)) and passed <= total


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
