"""The `course` command. Only what a subcommand needs is imported: `course list` never sees FastAPI."""

import os
import sys


def main() -> None:
    """Entry point. Exit codes: 0 passed or done, 1 not yet, 2 the call or the course is broken, 130 interrupted."""
    try:
        _run()
    except BrokenPipeError:
        # The reader of our output has left, as in `course list | head -1`; Python itself must not write to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    from course.catalog import UnknownId
    from course.cli.commands import app
    from course.cli.output import BROKEN, complain, prepare_streams

    prepare_streams()
    try:
        app(prog_name="course")
    except UnknownId as unknown:
        complain(str(unknown))
        sys.exit(BROKEN)
    finally:
        sys.stdout.flush()
