"""Pages brought up to date: each block is written anew from its source."""

import argparse
import contextlib
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
AT_ONCE = 4
"""Programs run at the same time for one page."""
_AGAIN = 2  # Times that an output which differs is made anew: beside others, two writes may be read as one.
_RUN_FENCE = re.compile(r"^```(?:console|text)\n.*?^```$", re.M | re.S)


class StalePage(Exception):
    """A block that cannot be written: the page, the line of the block, and what went wrong."""


@dataclass
class _Run:
    """A fence whose text is printed by programs, and the one that stands on the page."""

    fresh: Callable[[], list[str]]
    same: Callable[[list[str], list[str]], bool]
    before: list[str] | None
    after: "Future[list[str]]"

    def lines(self) -> list[str]:
        """The fence on the page if that says the same. What says something else is run again alone before it counts."""
        after = self.after.result()
        if self.before is None:
            return after
        for _ in range(_AGAIN):
            if self.same(self.before, after):
                return self.before
            after = self.fresh()
        return self.before if self.same(self.before, after) else after


@dataclass
class _Block:
    page: Path
    pool: ThreadPoolExecutor | None  # None: nothing is run.
    found: re.Match[str]
    lines: list[str | _Run] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.found.string.count("\n", 0, self.found.start()) + 1

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Whatever a block raises is the writer's to read, with the place where it stands."""
        try:
            yield
        except Exception as error:
            raise StalePage(f"{self.page}:{self.line}: {type(error).__name__}: {error}") from error

    def written(self) -> str:
        """The whole block, with what it has made. Waits for what it runs."""
        with self.told():
            lines = [line for made in self.lines for line in (made.lines() if isinstance(made, _Run) else [made])]
        made = textwrap.indent("".join(f"{line}\n" for line in lines), self.found["indent"])
        opening = self.found[0][: self.found.start("made") - self.found.start()]
        closing = self.found[0][self.found.end("made") - self.found.start() :]
        return f"{opening}{made}{closing}"


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
    What is run is run side by side, some at a time: most of it waits.
    """
    page = page.resolve()
    text = page.read_text(encoding="utf-8")
    meant = [block for block in _SHOWN_OR_BLOCK.finditer(text) if not block["fence"]]
    read = _SHOWN_OR_BLOCK.sub(lambda found: "" if found["fence"] else found[0], text)
    if read.count("<!-- [[[cog") != len(meant) or any("<!-- [[[cog" in block["made"] for block in meant):
        raise StalePage(f"{page}: a block has no end: <!-- [[[end]]] -->")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            blocks = [_begun(_Block(page, pool if run else None, block)) for block in meant]
            wait([made.after for block in blocks for made in block.lines if isinstance(made, _Run)])
            written = iter([block.written() for block in blocks])
        finally:
            pool.shutdown(cancel_futures=True)
    return _SHOWN_OR_BLOCK.sub(lambda found: found[0] if found["fence"] else next(written), text)


def _begun(block: _Block) -> _Block:
    """Execute the code of a block: what it quotes is there afterwards, what it runs has begun."""
    global _block
    code = re.sub(rf"^{block.found['indent']}", "", block.found["code"], flags=re.M)
    _block = block
    with block.told():
        functions = {name: getattr(course.pages, name) for name in course.pages.__all__}
        exec(compile(textwrap.dedent(code).strip(), f"{block.page}:{block.line}", "exec"), functions)
    _block = None
    return block


def here() -> Path:
    """The page that is being written."""
    assert _block is not None, "the functions of course.pages are called from a block of a page"
    return _block.page


def emit(*lines: str) -> None:
    """Write lines into the page."""
    assert _block is not None
    _block.lines += "\n".join(lines).split("\n")


def emit_run(fresh: Callable[[], list[str]], same: Callable[[list[str], list[str]], bool]) -> None:
    """
    Write the fence that `fresh` makes, or keep the one on the page if that is the `same`.

    `fresh` is called in a thread, beside those of other blocks, and knows no page: `here` is for before.
    """
    assert _block is not None
    found = _RUN_FENCE.search(textwrap.dedent(_block.found["made"]))
    before = found[0].split("\n") if found else None
    if _block.pool is None:
        emit(*(before or ["```text", "(not run yet: make sync)", "```"]))
    else:
        _block.lines.append(_Run(fresh, same, before, _block.pool.submit(fresh)))


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
