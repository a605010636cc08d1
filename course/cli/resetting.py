"""`course reset`: an exercise as it was shipped, and nothing lost on the way."""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from course.catalog import Catalog, Entry
from course.cli import output
from course.cli.choosing import course_here
from course.progress import Progress


def reset(wanted: str) -> None:
    """
    The learner's text is copied first, and then another file takes its place: at no moment is there half a file.

    A link is replaced, and what it led to stays as it is.
    """
    catalog = course_here()
    entry = catalog.entry(wanted)
    shown = catalog.shown(entry.path)
    mine = _mine(entry, shown)
    shipped = entry.stub.read_bytes()
    if mine == shipped:
        print(f"{shown} is as it was shipped. Nothing was changed.")
        return
    link = os.readlink(entry.path) if entry.path.is_symlink() else None  # noqa: PTH115 (as it was written)
    kept = _kept(catalog, entry, mine)
    copy = f"\nA copy is kept in {catalog.shown(kept)}" if kept is not None else ""
    try:
        _replace(entry, shipped, mine)
    except _SavedMeanwhile:
        output.refuse(f"{shown} was saved at this very moment. It is as you saved it.{copy}")
    except OSError as error:
        output.refuse(f"{shown} cannot be written ({error.strerror}). Your file is as it was.{copy}")
    Progress(catalog, output.complain).forget(entry)
    print(f"{shown} is as it was shipped.")
    if link is not None:
        print(f"It was a link to {link}, and is a file now. What the link led to was not touched.")
    if kept is not None:
        print(f"Yours is kept in {catalog.shown(kept)}")


class _SavedMeanwhile(Exception):
    pass


def _mine(entry: Entry, shown: str) -> bytes | None:
    try:
        return entry.path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        output.refuse(f"{shown} cannot be read ({error.strerror}). Nothing was changed.")


def _kept(catalog: Catalog, entry: Entry, mine: bytes | None) -> Path | None:
    """A copy under a name that no other copy has."""
    if mine is None:
        return None
    folder = catalog.root / ".course" / "backups" / entry.lesson
    kept = folder / f"{entry.slug}-{datetime.now():%Y%m%d-%H%M%S-%f}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(mine)
    except OSError as error:
        output.refuse(
            f"{catalog.shown(kept)}, the copy of yours, cannot be written ({error.strerror}). Your file is as it was."
        )
    return kept


def _replace(entry: Entry, shipped: bytes, mine: bytes | None) -> None:
    """Raises OSError or _SavedMeanwhile; then nothing has changed."""
    entry.path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=entry.path.parent, prefix=f".{entry.slug}.", suffix=".tmp")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(shipped)
        shutil.copymode(entry.path if mine is not None else entry.stub, fresh)
        if mine is not None and entry.path.read_bytes() != mine:
            raise _SavedMeanwhile
        fresh.replace(entry.path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
