"""Saved files become verdicts: a thread that watches, a thread that judges, and the pages that are told."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from html import escape

from course.catalog import Catalog, Entry
from course.criteria import GradingBroken
from course.reports import not_started, report, unjudged
from course.sandbox.grader import Grader
from course.saves import Saves
from course.server.board import Board
from course.server.hub import Hub
from course.supervision import Supervised
from course.verdict import Report, Verdict


class Judging:
    """
    Judges an exercise when it is saved, the latest save first. A save during its own check starts that check again.

    At the start it judges every exercise that the learner has begun, so that pages have something to show. `tell` gets
    the name of a part that failed and what to say of it (see `Supervised`).
    """

    def __init__(self, catalog: Catalog, board: Board, hub: Hub, tell: Callable[[str, str | None], None]) -> None:
        self._catalog = catalog
        self._board = board
        self._hub = hub
        self._grader: Grader | None = None  # while there is one
        self._stop = threading.Event()
        self._asked: OrderedDict[str, Entry] = OrderedDict()
        self._changed = threading.Condition()
        self._current: str | None = None
        self._unfinished: Entry | None = None
        self._down = False
        self._tell_of_part = tell
        self._entries = {entry.path: entry for entry in catalog.entries()}
        self._threads = [
            Supervised("watching", self._watch, partial(tell, "watching"), self._stop),
            Supervised("judging", self._judge, self._judging_failed, self._stop),
        ]

    def start(self) -> None:
        self._saves = Saves(self._entries)  # from here on, nothing is missed
        for entry in self._catalog.entries():
            if entry.path.is_file() and not not_started(entry, entry.path):
                self.ask(entry)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends a check that is under way. No process is left behind."""
        self._stop.set()
        self._cancel()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(2)
        if (grader := self._grader) is not None:
            grader.close()  # the check did not hear

    def ask(self, entry: Entry) -> None:
        """Judge this exercise next."""
        with self._changed:
            self._asked[entry.id] = entry
            self._asked.move_to_end(entry.id)
            if self._current == entry.id:
                self._cancel()
            self._changed.notify_all()
        self._checking(entry)

    def _cancel(self) -> None:
        if (grader := self._grader) is not None:
            grader.cancel()

    def _checking(self, entry: Entry) -> None:
        self._board.checking(entry)
        self._hub.publish("checking", {"id": entry.id})

    def _judging_failed(self, text: str | None) -> None:
        """Or it goes well again. While it is down, no page says "checking"; what was asked for is kept."""
        if text is not None:
            with self._changed:
                if (unfinished := self._unfinished) is not None and unfinished.id not in self._asked:
                    self._asked[unfinished.id] = unfinished
                    self._asked.move_to_end(unfinished.id, last=False)  # the others first: it may be the one at fault
                self._unfinished, self._down = None, True
                waiting = list(self._asked.values())
            for entry in waiting:
                self._board.given_up(entry)
        self._tell_of_part("judging", text)

    def _watch(self, well: Callable[[], None]) -> None:
        for paths in self._saves.follow(self._stop):
            for path in paths:
                self.ask(self._entries[path])
            well()

    def _judge(self, well: Callable[[], None]) -> None:
        if self._down:
            with self._changed:
                waiting, self._down = list(self._asked.values()), False
            for each in waiting:
                self._checking(each)
        try:
            with Grader(self._catalog) as self._grader:
                while (entry := self._next()) is not None:
                    self._unfinished = entry
                    self._judge_one(entry, self._grader)
                    self._unfinished = None
                    well()
        finally:
            self._grader = None

    def _judge_one(self, entry: Entry, grader: Grader) -> None:
        try:
            found = self._report(entry, grader)
            if found is not None:
                self._board.judged(entry, found)
                self._tell(entry)
        except GradingBroken as broken:
            self._board.given_up(entry)
            self._tell(entry, f'<pre class="cbc-broken" tabindex="0">{escape(str(broken))}</pre>')

    def _next(self) -> Entry | None:
        with self._changed:
            self._current = None
            while not self._asked and not self._stop.is_set():
                self._changed.wait()
            if self._stop.is_set():
                return None
            _, entry = self._asked.popitem()  # The latest.
            self._current = entry.id
            return entry

    def _report(self, entry: Entry, grader: Grader) -> Report | None:
        """The report on the file as it is now; None if it was saved again before the end."""
        if not_started(entry, entry.path):
            return unjudged(self._catalog, entry)
        verdicts: list[Verdict] = []
        for verdict in grader.grade([(entry, entry.path)]):
            verdicts.append(verdict)
            self._hub.publish("verdict", {"id": entry.id, "verdict": verdict.to_json()})
        with self._changed:
            again = entry.id in self._asked
        return None if again or self._stop.is_set() else report(self._catalog, entry, verdicts)

    def _tell(self, entry: Entry, instead: str | None = None) -> None:
        """The exercise as it stands; `instead`: HTML in the place of its report, when there is none."""
        record = self._board.one(entry)
        told = {name: record[name] for name in ("id", "state", "passed", "total", "html")}
        told["html"] = instead or told["html"]
        self._hub.publish("report", {**told, "progress": self._board.progress()})
