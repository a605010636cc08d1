"""Links between files of the repository, as the site has them: a page reads the same in both places."""

import posixpath
import re
from pathlib import PurePosixPath

WATERCLOCK = "waterclock/README.md"
"""The documentation of a distribution of its own, and a page of the site."""

_LINK = re.compile(r"\]\((?![a-z][a-z0-9+.-]*:|[/#])([^)\s#]+)")


def as_on_site(markdown: str, home: str) -> str:
    """
    The text of the page that lies at `home`, a path in the repository, with its links leading to places on the site.

    A link to what the site does not have is left as it is, and a strict build ends with it.
    """
    here = posixpath.dirname(home)
    page = posixpath.dirname(place(home) or home)

    def moved(link: re.Match[str]) -> str:
        target = place(posixpath.normpath(posixpath.join(here, link[1])))
        return f"]({posixpath.relpath(target, page or '.')}" if target else link[0]

    return _LINK.sub(moved, markdown)


def place(file: str) -> str | None:
    """
    Where a file of the repository lies among the site's sources; None if the site does not have it.

    `lessons/` is their root; notebooks are pages of their own; waterclock's README is one, beside its examples.
    """
    path = PurePosixPath(file)
    if file == WATERCLOCK:
        return "waterclock.md"
    if path.is_relative_to("lessons"):
        return path.relative_to("lessons").as_posix()
    if path.is_relative_to("notebooks"):
        return path.with_suffix(".md").as_posix() if path.suffix == ".ipynb" else file
    return file if path.is_relative_to("waterclock/examples") else None
