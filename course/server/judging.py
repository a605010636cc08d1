"""Saved files become verdicts: a thread that watches, a thread that judges, and the pages that are told."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from html import escape
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import GradingBroken
from course.reports import not_started, report, unjudged
from course.sandbox.grader import Grader
from course.saves import saved
from course.server.board import Board
from course.server.hub import Hub
from course.verdict import Report, Verdict


class Judging:
    """
    Judges an exercise when it is saved, the latest save first. A save during its own check starts that check again.

    At the start it judges every exercise that the learner has begun, so that pages have something to show.
    """

    def __init__(self, catalog: Catalog, board: Board, hub: Hub) -> None:
        self._catalog = catalog
        self._board = board
        self._hub = hub
        self._grader = Grader(catalog)
        self._stop = threading.Event()
        self._asked: OrderedDict[str, Entry] = OrderedDict()
        self._changed = threading.Condition()
        self._current: str | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        changes = saved(self._catalog.root / "exercises", self._stop)  # from here on, nothing is missed
        for entry in self._catalog.entries():
            if entry.path.is_file() and not not_started(entry, entry.path):
                self.ask(entry)
        self._threads = [
            threading.Thread(target=self._watch, args=(changes,), daemon=True, name="watching"),
            threading.Thread(target=self._judge, daemon=True, name="judging"),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends a check that is under way. No process is left behind."""
        self._stop.set()
        self._grader.cancel()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(2)
        self._grader.close()

    def ask(self, entry: Entry) -> None:
        """Judge this exercise next."""
        with self._changed:
            self._asked[entry.id] = entry
            self._asked.move_to_end(entry.id)
            if self._current == entry.id:
                self._grader.cancel()
            self._changed.notify_all()
        self._board.checking(entry)
        self._hub.publish("checking", {"id": entry.id})

    def _watch(self, changes: Iterator[set[Path]]) -> None:
        entries = {entry.path.resolve(): entry for entry in self._catalog.entries()}
        for paths in changes:
            for path in paths:
                if (entry := entries.get(path.resolve())) is not None:
                    self.ask(entry)

    def _judge(self) -> None:
        self._grader.warm_up()
        while (entry := self._next()) is not None:
            try:
                found = self._report(entry)
            except GradingBroken as broken:
                self._board.given_up(entry)
                self._tell(entry, f'<pre class="cbc-broken" tabindex="0">{escape(str(broken))}</pre>')
                continue
            if found is not None:
                self._board.judged(entry, found)
                self._tell(entry)

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

    def _report(self, entry: Entry) -> Report | None:
        """The report on the file as it is now; None if it was saved again before the end."""
        if not_started(entry, entry.path):
            return unjudged(self._catalog, entry)
        verdicts: list[Verdict] = []
        for verdict in self._grader.grade([(entry, entry.path)]):
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
