"""Expectations about a whole lab: what the app did to the event loop, and what it left behind."""

from typing import Any

from waterclock.expectations.unmet import Unmet, Why, judged


class OfApp:
    """`expect(lab)`, or `expect(thing)` of anything that has a `lab`."""

    def __init__(self, thing: Any, why: Why, did: str | None) -> None:
        self._lab = judged(thing.lab if hasattr(type(thing), "lab") else thing)
        self._why = why
        self._did = did

    def left_nothing_behind(self) -> "OfApp":
        """No task, generator, worker thread, file or answer of an upstream is left open."""
        found = self._lab.leftovers()
        if not found:
            return self
        said = "; ".join(dict.fromkeys(each.what for each in found))
        raise Unmet(expected="nothing left behind", observed=said, why=self._why, did=self._did, where=found[0].where)

    def did_not_block(self, *, files: bool = False) -> "OfApp":
        """Nothing held up the event loop. Reading a local file counts only with `files`."""
        found = [each for each in self._lab.blocked if files or each.kind != "file"]
        if not found:
            return self
        said = ", ".join(dict.fromkeys(each.what for each in found))
        raise Unmet(
            expected="an event loop that is never held up",
            observed=f"{said} on the event loop, while everybody else stood still",
            why=self._why,
            did=self._did,
            where=found[0].where,
        )
