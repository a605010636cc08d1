"""
Feeds: sources that a grader releases one item at a time.

A feed knows what happened to it: how many items were taken, when it was closed and by whom. It can fall silent, fail
or end on demand. All methods may be called from any thread; in the lab they act at once, before they return.
"""

from waterclock.feed.asynchronous import Connection, Feed
from waterclock.feed.maker import FeedMaker
from waterclock.feed.source import ClosedBy, Source, Surroundings, Waiting
from waterclock.feed.synchronous import SyncFeed

__all__ = ["ClosedBy", "Connection", "Feed", "FeedMaker", "Source", "Surroundings", "SyncFeed", "Waiting"]
