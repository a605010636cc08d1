"""
The elements of a page, written out: what `<stream-demo>` and its like hold before a script has touched them.

A page names them in one line, and a reader of the repository sees what stands between the tags. On the site they
become drawings, tables and panels that read well by themselves; theme/assets/js/course brings them to life.
"""

import html
import json
import re
from base64 import b64decode
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import markdown
from waterclock.timeline import Timeline, svg
from waterclock.timeline.arrived import Arrived

from course.catalog import Entry
from course.site.recordings import Recording

_ELEMENT = re.compile(
    r"""^<(stream-demo|course-exercise|course-progress)\b((?:[^>"]|"[^"]*")*)>(.*?)</\1>[ \t]*$""", re.M | re.S
)
_ATTRIBUTE = re.compile(r'([\w-]+)(?:\s*=\s*"([^"]*)")?')
_PREDICT = re.compile(r"^<course-predict\b([^>]*)>(.*?)^</course-predict>", re.M | re.S)
_RIGHT = re.compile(r'^<details\b[^>]*\bclass="right"', re.M)
_COMMANDS = re.compile(r"^(\w[^\n]*:) {2,}(\S[^\n]*(?:\n {6,}\S[^\n]*)*)$", re.M)  # To watch it:   course trace …
_ROWS = 200  # lines of a table, and reads of raw bytes; the rest is counted
_WIDEST = 1024  # bytes shown of one read


class Misused(Exception):
    """An element on a page that cannot be written out. One sentence."""


@dataclass(frozen=True)
class Element:
    """One element of a page, as its author wrote it."""

    tag: str
    attributes: dict[str, str]

    def need(self, name: str) -> str:
        if not self.attributes.get(name):
            raise Misused(f"<{self.tag}> needs {name}=.")
        return self.attributes[name]

    @property
    def paths(self) -> tuple[str, ...]:
        """The streams of a demo."""
        compare = self.attributes.get("compare")
        return (self.need("path"), compare) if compare else (self.need("path"),)

    @property
    def names(self) -> list[str]:
        """A name for each stream: from `names=`, or else its path."""
        given = [name.strip() for name in self.attributes.get("names", "").split(",")]
        given += [""] * len(self.paths)
        return [name or path.partition("?")[0] for name, path in zip(given, self.paths, strict=False)]

    @property
    def opening(self) -> str:
        """The opening tag, escaped. A caption is read aloud there, so it is plain text."""
        said = self.attributes | ({"caption": _plain(caption)} if (caption := self.attributes.get("caption")) else {})
        return f"<{' '.join([self.tag, *(f'{name}={_quoted(value)}' for name, value in said.items())])}>"


def elements(text: str) -> Iterator[tuple[re.Match[str], Element]]:
    """Every element of a page that is to be written out, and where it stands."""
    for found in _ELEMENT.finditer(text):
        yield found, Element(found[1], _attributes(found[2]))


def _quoted(value: str) -> str:
    return f'"{html.escape(value)}"'


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def demo(element: Element, recording: Recording | None) -> str:
    """A demo as a figure: drawing, caption, table; and the recording, for scripts. Without one, the caption alone."""
    caption = element.attributes.get("caption", "")
    said = f"<figcaption>{_inline(caption)}</figcaption>" if caption else ""
    app, names = element.need("app"), element.names
    if recording is None:
        return f"{element.opening}<figure>{said}</figure></{element.tag}>"
    streams = [{"name": name} | stream for name, stream in zip(names, recording["streams"], strict=True)]
    rows = {stream["name"]: _timeline(stream) for stream in streams}
    calm = {name: _calm(row) for name, row in rows.items()}
    drawing = svg(calm, title=_plain(caption) or "What arrived, and when").strip()
    kept = {"v": 1, "app": app, "made": recording["made"], "streams": streams}
    return (
        f"{element.opening}<figure data-search-exclude>{drawing}{said}"
        f'<details class="cbc-disclosure"><summary>Raw bytes</summary>{_raw(streams)}</details>'
        f'<details class="cbc-disclosure"><summary>Table</summary>{_table(rows)}</details></figure>'
        f'<script type="application/json" class="recording">{in_script(kept)}</script></{element.tag}>'
    )


def in_script(value: Any) -> str:
    """JSON that no HTML parser can take for the end of its script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _timeline(stream: Recording) -> Timeline:
    chunks = [(at, b64decode(text)) for at, text in stream["chunks"]]
    return Arrived.of(chunks, stream["headers"], stream["state"], stream["ended_at"]).timeline()


def _calm(row: Timeline) -> Timeline:
    """
    For the drawing, whose axis names the times of marks: 1.03 s is drawn at 1 s in a stream of some seconds.

    The table and the recording keep the milliseconds.
    """

    def near(at: float) -> float:
        tenth = round(at, 1)
        return tenth if row.last >= 2 and abs(at - tenth) < 0.033 else round(at, 2 if row.last >= 0.5 else 3)

    return replace(row, marks=tuple(replace(mark, at=near(mark.at)) for mark in row.marks), until=near(row.until))


def _raw(streams: list[Recording]) -> str:
    """What was on the socket, read by read, escaped; a line for each line break."""
    shown = ""
    for stream in streams:
        lines = []
        for at, text in stream["raw"][:_ROWS]:
            first, *more = repr(b64decode(text)[:_WIDEST])[2:-1].replace("\\n", "\\n\n").rstrip("\n").split("\n")
            lines += [f"{at:7.3f}  {first}", *(f"{'':9}{line}" for line in more)]
        left = len(stream["raw"]) - _ROWS
        lines += [f"… and {left} more"] if left > 0 else []
        shown += f"<p>{html.escape(stream['name'])}</p><pre><code>{html.escape(chr(10).join(lines))}</code></pre>"
    return shown


def _table(rows: dict[str, Timeline]) -> str:
    arrived = sorted(((mark, name) for name, row in rows.items() for mark in row.marks), key=lambda one: one[0].at)
    lines = [
        f'<tr><td class="cbc-number">{mark.at:.3f}</td><td>{html.escape(name)}</td>'
        f'<td class="cbc-number">{"" if mark.size is None else mark.size}</td>'
        f"<td><code>{html.escape(mark.label)}</code></td></tr>"
        for mark, name in arrived[:_ROWS]
    ]
    words = ("seconds", "stream", "bytes", "what")
    head = "".join(f'<th scope="col">{word}</th>' for word in words)
    more = f"<p>… and {len(arrived) - _ROWS} more</p>" if len(arrived) > _ROWS else ""
    return f'<table class="cbc-table"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>{more}'


def exercise(element: Element, entry: Entry, file: str) -> str:
    """An exercise as a panel: brief, file, command, and hints inside each other. `file` as a learner reads it."""
    hints = ""
    for number, hint in reversed(list(enumerate(entry.hints, 1))):
        hints = f"<details><summary>Hint {number}</summary>{_prose(hint)}{hints}</details>"
    return (
        f'{element.opening}<section class="cbc-exercise" aria-labelledby="{entry.anchor}">'
        f'<h3 id="{entry.anchor}">{entry.id} {html.escape(entry.title)}</h3>'
        f'<p class="cbc-exercise-facts"><span>{html.escape(entry.level)}</span> <span>{entry.minutes} min</span></p>'
        f'<div class="cbc-brief">{_brief(entry.brief)}</div>'
        f'<p class="cbc-exercise-file">Open <code>{html.escape(file)}</code></p>'
        f'<p class="cbc-exercise-command">Check <code>course check {entry.id}</code></p>'
        f'<div class="cbc-hints">{hints}</div></section></{element.tag}>'
    )


def _brief(text: str) -> str:
    """A stub's brief. Its commands (`To watch it:   course trace …`) stay as they were typed."""
    before, *rest = _COMMANDS.split(text, maxsplit=1)
    if not rest:
        return _prose(before)
    label, commands, after = rest
    lines = "\n".join(line.strip() for line in commands.splitlines())
    return f"{_prose(before)}{_prose(label)}<pre><code>{html.escape(lines)}</code></pre>{_prose(after)}"


def predictions(text: str, ids: Collection[str | None]) -> str:
    """
    The page with its predictions ready for Markdown; raises Misused where one cannot work.

    `ids` are the demos of the page: `for=` names the one that shows who was right.
    """

    def ready(found: re.Match[str]) -> str:
        attributes = _attributes(found[1])
        if (wanted := attributes.get("for")) and wanted not in ids:
            raise Misused(f'<course-predict for="{wanted}">: the page has no <stream-demo id="{wanted}">.')
        if len(_RIGHT.findall(found[2])) != 1:
            raise Misused('<course-predict> needs one choice that is right: <details markdown class="right">.')
        attributes.pop("markdown", None)
        return f"{Element('course-predict', attributes | {'markdown': '1'}).opening}{found[2]}</course-predict>"

    return _PREDICT.sub(ready, text)


def _prose(text: str) -> str:
    return str(markdown.markdown(text, extensions=["pymdownx.superfences", "sane_lists"]))


def _inline(text: str) -> str:
    return str(markdown.markdown(text)).removeprefix("<p>").removesuffix("</p>")


def _plain(text: str) -> str:
    return re.sub(r"[`*]", "", text)
