"""
The course server: the site, the lessons' apps and live verdicts, one process on 127.0.0.1.

`python -m course.server` (make learn) builds the site when a page is newer than it, and serves until Ctrl+C. It is
written the way the course teaches: what pages are told comes as server-sent events, with ids, resumable, bounded.
"""

from course.server.app import make_app
from course.server.launch import main, welcome

__all__ = ["main", "make_app", "welcome"]
