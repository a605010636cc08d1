"""
Expectations that explain themselves.

`expect(client).received(chunk("3\\n", at=0))` either passes or raises `Unmet`, which holds what was expected and what
was observed, in words and as timelines. `why` is the known misconception, given only when the evidence matches it: a
text, or a function that is asked when the expectation was not met. `did` is what was done; a client's own `did` stands
in for it.
"""

from typing import Any, overload

from waterclock.expectations.app import OfApp
from waterclock.expectations.client import OfClient
from waterclock.expectations.expected import Expected, chunk, event, item, line, ping
from waterclock.expectations.feed import OfFeed
from waterclock.expectations.unmet import Unmet, Why, seconds
from waterclock.expectations.value import OfValue
from waterclock.feed import Source

__all__ = ["Expected", "Unmet", "chunk", "event", "expect", "item", "line", "ping", "seconds"]


class _Expect:
    """See the module. The kind of expectation follows from what is given."""

    @overload
    def __call__(self, thing: Source, *, why: Why = None, did: str | None = None) -> OfFeed: ...
    @overload
    def __call__(self, thing: Any, name: str, *, why: Why = None, did: str | None = None) -> OfValue: ...
    @overload
    def __call__(self, thing: Any, *, why: Why = None, did: str | None = None) -> Any: ...

    def __call__(self, thing: Any, name: str | None = None, *, why: Why = None, did: str | None = None) -> Any:
        if name is not None:
            return OfValue(thing, name, why, did)
        if isinstance(thing, Source):
            return OfFeed(thing, why, did)
        # Asked of the type: an object may answer for every name that somebody asks it for.
        if hasattr(type(thing), "timeline"):
            return OfClient(thing, why, did)
        if hasattr(type(thing), "lab") or hasattr(type(thing), "leftovers"):
            return OfApp(thing, why, did)
        raise TypeError(f"expect() knows clients, feeds and labs; give a {type(thing).__name__} a name")

    def that(
        self,
        condition: Any,
        *,
        expected: str,
        observed: str,
        why: Why = None,
        did: str | None = None,
        where: str | None = None,
    ) -> None:
        """A condition of the grader's own, with its two sentences."""
        if not condition:
            raise Unmet(expected=expected, observed=observed, why=why, did=did, where=where)


expect = _Expect()
