"""The site, built from the tree when something in it has changed."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

STAMP = ".built-from"


def build(root: Path, *, force: bool = False) -> str | None:
    """
    Build `root`/site if it is stale. None when it is good, otherwise what mkdocs said.

    A build that fails leaves the last good site where it is; without one, the pages are built as far as they go.
    """
    stamp = root / "site" / STAMP
    now = fingerprint(root)
    if not force and stamp.is_file() and stamp.read_text() == now:
        return None
    sys.stdout.write("Building the site …\n")
    sys.stdout.flush()
    trouble = _mkdocs(root, "--strict")
    if trouble is None:
        (root / "site" / STAMP).write_text(now)
    elif not (root / "site" / "index.html").is_file():
        _mkdocs(root, "--no-strict")  # a page with a broken link is better than none
    return trouble


def _mkdocs(root: Path, strictness: str) -> str | None:
    fresh = root / ".course" / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", strictness, "-f", str(root / "mkdocs.yml"), "-d", str(fresh)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "COURSE_ROOT": str(root)},
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        return done.stdout.strip()
    old = root / ".course" / "site-before"
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(OSError):  # there is none yet, or Windows has one of its files open
        (root / "site").rename(old)
    shutil.rmtree(root / "site", ignore_errors=True)
    fresh.rename(root / "site")  # whoever reads meanwhile misses it for the moment between two renames
    shutil.rmtree(old, ignore_errors=True)
    return None


def fingerprint(root: Path) -> str:
    """Names, sizes and times of all that the site is made of."""
    digest = hashlib.sha256()
    for path in sources(root):
        try:
            status = path.stat()
        except OSError:
            continue  # an editor replaced it between the listing and the look
        digest.update(f"{path.relative_to(root).as_posix()} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def sources(root: Path) -> Iterator[Path]:
    """All that the site is made of, in a fixed order. A test builds the site and looks at what was opened."""
    yield from (root / "mkdocs.yml", root / "constraints.txt", root / "waterclock" / "README.md")
    yield from sorted((root / "exercises").glob("*/README.md"))  # hints; the learner's files change nothing on a page
    yield from sorted((root / "tests" / "submissions" / "stubs").rglob("*.py"))  # briefs
    # All of both toolkits: which of their modules draw, record and quote is not for a list to know.
    for folder in ("lessons", "notebooks", "theme", "course", "waterclock/src", "waterclock/examples"):
        yield from sorted(
            path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
