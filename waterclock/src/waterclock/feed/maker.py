"""Feeds for whoever has surroundings to use them in."""

from collections.abc import Iterable
from typing import Any

from waterclock.feed.asynchronous import Connection, Feed
from waterclock.feed.source import Surroundings
from waterclock.feed.synchronous import SyncFeed


class FeedMaker:
    """`items` None: silent until something is released. Otherwise they are handed out on demand."""

    @property
    def surroundings(self) -> Surroundings:
        """Where the feeds are used."""
        raise NotImplementedError

    def feed(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0) -> Feed:
        """An async generator that hands out what it is told to. `close_takes`: seconds."""
        return Feed(items, self.surroundings, close_takes=close_takes)

    def connection(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0) -> Connection:
        """An async source that only `aclose()` closes."""
        return Connection(items, self.surroundings, close_takes=close_takes)

    def sync_feed(self, items: Iterable[Any] | None = None) -> SyncFeed:
        """A generator. Its reader waits in a thread."""
        return SyncFeed(items, self.surroundings)
