"""Expectations about a source: how much was taken from it, when, and whether it was closed."""

from typing import Any

from waterclock.expectations.unmet import Unmet, Why, judged, seconds
from waterclock.timeline import same_time


class OfFeed:
    """`expect(feed)`."""

    def __init__(self, feed: Any, why: Why, did: str | None) -> None:
        self._feed = judged(feed)
        self._why = why
        self._did = did

    def closed(self, at: float | None = None, times: int | None = None) -> "OfFeed":
        """It was closed: at this time, and by so many calls, where they are given."""
        feed = self._feed
        wanted = "the source closed" + (f" at {seconds(at)}" if at is not None else "")
        wanted += f", {_times(times)}" if times is not None else ""
        if feed.closed and (at is None or same_time(feed.closed_at, at)) and (times is None or feed.closes == times):
            return self
        if feed.closed:
            seen = f"closed at {seconds(feed.closed_at)} by {feed.closed_by}, {_times(feed.closes)}"
        elif feed.closes:
            seen = f"closing was begun {_times(feed.closes)} and never finished"
        else:
            seen = f"the source was never closed ({_taken(feed.pulled)})"
        raise self._unmet(wanted, seen)

    def not_closed(self) -> "OfFeed":
        """It is still open."""
        if not self._feed.closed:
            return self
        at, by = seconds(self._feed.closed_at), self._feed.closed_by
        raise self._unmet("the source still open", f"the source was closed at {at} by {by}")

    def pulled(self, exactly: int | None = None, *, at_most: int | None = None) -> "OfFeed":
        """So many items were taken from it."""
        count = self._feed.pulled
        if (exactly is None or count == exactly) and (at_most is None or count <= at_most):
            return self
        wanted = _taken(exactly) if exactly is not None else f"at most {_taken(at_most or 0)}"
        raise self._unmet(wanted, _taken(count))

    def stayed_with(self, client: Any, ahead: int = 1) -> "OfFeed":
        """
        It never ran further ahead of the client than this: when item n was taken, the client had at least n - `ahead`.

        Judged by the order of things, not by their times.
        """
        taken = sent = 0
        for _, what, who in client.moments:
            if who is self._feed and what == "taken":
                taken += 1
                if taken - sent > ahead:
                    # The words count from one: "item 3 was taken when the client had 0".
                    raise self._unmet(
                        f"at most {ahead} {'item' if ahead == 1 else 'items'} taken beyond what the client has",
                        f"item {taken} was taken when the client had {sent}",
                    )
            elif who is client and what == "sent":
                sent += 1
        return self

    def _unmet(self, expected: str, observed: str) -> Unmet:
        return Unmet(expected=expected, observed=observed, why=self._why, did=self._did)


def _times(count: int) -> str:
    return "once" if count == 1 else "never" if count == 0 else f"{count} times"


def _taken(count: int) -> str:
    return f"{count} {'item' if count == 1 else 'items'} taken from the source"
