"""Sources that a grader releases, item by item, and what is told of them."""

from collections.abc import Iterable
from typing import Any, TypeVar

from waterclock.feed import Connection, Feed, Source, Surroundings, SyncFeed

from course.grader.story import Story

_S = TypeVar("_S", bound=Source)


class Sources:
    """`items` None: silent until something is released. `called`: its items in words, for the verdict."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._sources: list[Source] = []

    @property
    def surroundings(self) -> Surroundings:
        raise NotImplementedError

    def feed(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0, called: str = "item") -> Feed:
        """An async generator. `close_takes`: seconds."""
        return self._told(Feed(items, self.surroundings, close_takes=close_takes), called)

    def connection(
        self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0, called: str = "item"
    ) -> Connection:
        """An async source that only `aclose()` closes."""
        return self._told(Connection(items, self.surroundings, close_takes=close_takes), called)

    def sync_feed(self, items: Iterable[Any] | None = None, *, called: str = "item") -> SyncFeed:
        """A generator. Its reader waits in a thread."""
        return self._told(SyncFeed(items, self.surroundings), called)

    def _run_dry(self, *, end: bool) -> None:
        """Nothing more comes of them. `end`: nobody may wait for them either, since a server is to stop."""
        for source in self._sources:
            source.run_dry()
            if end:
                source.end()

    def _told(self, source: _S, called: str) -> _S:
        self._sources.append(source)
        self.story.follow_source(source, called)
        return source
