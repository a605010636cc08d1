"""
Feeds: sources that a grader releases one item at a time.

A feed knows what happened to it: how many items were taken, when it was closed and by whom. It can fall silent, fail
or end on demand. All methods may be called from any thread; in the lab they act at once, before they return.
"""

from course.feed.asynchronous import Connection, Feed
from course.feed.source import ClosedBy, Source, Surroundings, Waiting
from course.feed.synchronous import SyncFeed

__all__ = ["ClosedBy", "Connection", "Feed", "Source", "Surroundings", "SyncFeed", "Waiting"]
