"""Pages brought up to date: each block is written anew from its source."""

import argparse
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import course.pages
from course.catalog import Catalog

# The notation of cog (https://cog.readthedocs.io), without its restrictions on where the code may begin.
BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)<!-- \[\[\[cog\b(?P<code>.*?)\]\]\] -->[ \t]*\n"
    r"(?P<made>.*?)^[ \t]*<!-- \[\[\[end\]\]\] -->[ \t]*$",
    re.M | re.S,
)
# A block that is shown, not meant, stands in a fence: whichever of the two begins first holds the other.
_SHOWN_OR_BLOCK = re.compile(rf"^(?P<fence>`{{3,}})[^\n]*\n.*?^(?P=fence)`*[ \t]*$|{BLOCK.pattern}", BLOCK.flags)
_RUN_FENCE = re.compile(r"^```(?:console|text)\n.*?^```$", re.M | re.S)


class StalePage(Exception):
    """A block that cannot be written: the page, the line of the block, and what went wrong."""


@dataclass
class _Block:
    page: Path
    run: bool
    previous: str
    lines: list[str] = field(default_factory=list)


_block: _Block | None = None


def pages(root: Path) -> Iterator[Path]:
    """Every page that may hold blocks."""
    yield root / "README.md"
    if (contributing := root / "CONTRIBUTING.md").is_file():
        yield contributing
    if (waterclock := root / "waterclock" / "README.md").is_file():
        yield waterclock
    yield from sorted((root / "lessons").rglob("*.md"))


def synced(page: Path, *, run: bool = True) -> str:
    """
    The text of a page as it should be; raises StalePage.

    With `run=False` nothing is started: quoted code is written anew, printed output is taken over from the page.
    """
    page = page.resolve()
    text = page.read_text(encoding="utf-8")
    blocks = [block for block in _SHOWN_OR_BLOCK.finditer(text) if not block["fence"]]
    meant = _SHOWN_OR_BLOCK.sub(lambda found: "" if found["fence"] else found[0], text)
    if meant.count("<!-- [[[cog") != len(blocks) or any("<!-- [[[cog" in block["made"] for block in blocks):
        raise StalePage(f"{page}: a block has no end: <!-- [[[end]]] -->")
    return _SHOWN_OR_BLOCK.sub(lambda found: found[0] if found["fence"] else _written(found, page, run), text)


def _written(block: re.Match[str], page: Path, run: bool) -> str:
    global _block
    indent = block["indent"]
    _block = _Block(page, run, textwrap.dedent(block["made"]))
    code = re.sub(rf"^{indent}", "", block["code"], flags=re.M)
    line = block.string.count("\n", 0, block.start()) + 1
    try:
        functions = {name: getattr(course.pages, name) for name in course.pages.__all__}
        exec(compile(textwrap.dedent(code).strip(), f"{page}:{line}", "exec"), functions)
    except Exception as error:  # whatever a block raises is the writer's to read, with the place where it stands
        raise StalePage(f"{page}:{line}: {type(error).__name__}: {error}") from error
    made = textwrap.indent("".join(f"{line}\n" for line in _block.lines), indent)
    _block = None
    opening = block[0][: block.start("made") - block.start()]
    closing = block[0][block.end("made") - block.start() :]
    return f"{opening}{made}{closing}"


def here() -> Path:
    """The page that is being written."""
    assert _block is not None, "the functions of course.pages are called from a block of a page"
    return _block.page


def emit(*lines: str) -> None:
    """Write lines into the page."""
    assert _block is not None
    _block.lines += "\n".join(lines).split("\n")


def emit_run(fresh: Callable[[], list[str]], same: Callable[[list[str], list[str]], bool]) -> None:
    """Write the fence that `fresh` makes, or keep the one on the page if that is the `same`."""
    assert _block is not None
    found = _RUN_FENCE.search(_block.previous)
    before = found[0].split("\n") if found else ["```text", "(not run yet: make sync)", "```"]
    after = fresh() if _block.run else before
    emit(*(before if found and same(before, after) else after))


def main(arguments: list[str] | None = None) -> int:
    """`python -m course.pages [--check] [--fast] [page …]`: exit code 1 when --check finds a stale page."""
    parser = argparse.ArgumentParser(prog="python -m course.pages", description="Bring the pages up to date.")
    parser.add_argument("pages", nargs="*", type=Path, help="default: all of them")
    parser.add_argument("--check", action="store_true", help="write nothing, only say which pages are stale")
    parser.add_argument("--fast", action="store_true", help="renew quoted code, keep printed output")
    given = parser.parse_args(arguments)
    stale = 0
    for page in given.pages or pages(Catalog().root):
        before = page.read_text(encoding="utf-8")
        try:
            after = synced(page, run=not given.fast)
        except StalePage as trouble:
            sys.stderr.write(f"{trouble}\n")
            return 2
        if before != after:
            stale += 1
            if not given.check:
                page.write_text(after, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{page}: {'stale; run make sync' if given.check else 'brought up to date'}\n")
    return 1 if given.check and stale else 0
