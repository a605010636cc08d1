"""A report as terminal text, and the score table."""

import re
import shutil
import textwrap

from waterclock.timeline import Timeline, alike, draw

from course.render.paint import Paint, can_show, plain
from course.render.table import table
from course.render.wording import SYMBOLS, UNTOUCHED, cells, difference, escaped, printed, said
from course.verdict import Failure, Report, Verdict

__all__ = ["can_show", "report", "table"]

INDENT = 6
LABEL = 11
# A time with its unit, and a short quotation: they are not broken over two lines.
_TOGETHER = re.compile(r'\d (?:ms|µs|s|min|h)\b|"[^"]{1,30}" \d+(?:\.\d+)? s\b|"[^"]{1,30}"')


def report(
    report: Report,
    *,
    width: int | None = None,
    color: bool | None = None,
    ascii: bool = False,
) -> str:
    """
    All verdicts on one exercise, each failure with its five parts.

    `width` in columns (None: the terminal's, at most 100; never less than 40). `color=None` asks the terminal; NO_COLOR
    always wins. `ascii` replaces every symbol by one that any encoding can carry. Ends with a newline.
    """
    page = _Page(report, max(40, width or min(100, shutil.get_terminal_size().columns)), Paint(color))
    text = "\n".join(line.rstrip() for line in page.lines) + "\n"
    return plain(text) if ascii else text


class _Page:
    def __init__(self, report: Report, width: int, paint: Paint) -> None:
        self.lines: list[str] = []
        self._report = report
        self._width = width
        self._paint = paint
        self._header()
        talkative = [v for v in report.verdicts if v.output.strip()]
        if any(verdict.failure for verdict in report.verdicts):
            talkative = [verdict for verdict in talkative if verdict.failure]
        # Every criterion runs the learner's module anew: what it prints each time is shown once.
        self._speakers = {verdict.output: verdict.criterion for verdict in reversed(talkative)}
        for verdict in report.verdicts:
            self._verdict(verdict)

    def _header(self) -> None:
        state = self._report.state
        count = f" ({self._report.passed} of {self._report.total})" if state != "not started" else ""
        title = f"{self._report.exercise} {escaped(self._report.title)} · "
        self.lines += [self._paint("strong", title) + self._paint(state, state + count), ""]

    def _verdict(self, verdict: Verdict) -> None:
        state = verdict.state
        sentence = said(verdict.sentence)
        if verdict.needs:
            # The first of them is what to do next. All of them could be longer than the sentence itself.
            more = f", and {len(verdict.needs) - 1} more" if len(verdict.needs) > 1 else ""
            sentence += f" (needs: {said(verdict.needs[0])}{more})"
        head = f"{SYMBOLS[state]} {state}"
        start = f"  {head}   "
        wrapped = _wrap(sentence, self._width, start, " " * (len(start) if self._width >= 60 else INDENT + 2))
        wrapped[0] = wrapped[0].replace(head, self._paint(state, head), 1)
        self.lines += wrapped
        if verdict.note:
            self._labelled("note", verdict.note)
        if verdict.failure:
            if state == "not started":
                self._paragraph(UNTOUCHED)
            self._failure(verdict.failure)
        elif self._speakers.get(verdict.output) == verdict.criterion:
            self._printed(verdict)
        if verdict.failure:
            if self._speakers.get(verdict.output) == verdict.criterion:
                self.lines.append("")
                self._printed(verdict)
            self._ending(verdict.failure)

    def _failure(self, failure: Failure) -> None:
        self._labelled("did", failure.did)
        self._labelled("expected", failure.expected)
        self._labelled("observed", failure.observed)
        if failure.difference:
            self.lines.append("")
            self._difference(failure.difference)
        lines = {"expected": failure.expected_line, "observed": failure.observed_line}
        rows: dict[str, Timeline] = {name: line for name, line in lines.items() if line is not None}
        if rows and not alike(rows, width=self._width - INDENT):
            drawing = draw(rows, width=self._width - INDENT)
            self.lines += ["", *(" " * INDENT + escaped(line) for line in drawing.split("\n"))]

    def _ending(self, failure: Failure) -> None:
        self.lines.append("")
        if failure.why:
            self._paragraph(failure.why)
        parts = [failure.where, failure.read and f"read {failure.read}", f"course hint {self._report.exercise}"]
        lines: list[str] = []
        for part in parts:
            if part and lines and INDENT + cells(f"{lines[-1]}{'':6}{part}") <= self._width:
                lines[-1] += f"{'':6}{part}"
            elif part:
                lines.append(part)
        for line in lines:
            self.lines += [self._paint("dim", row) for row in _wrap(line, self._width, " " * INDENT, " " * INDENT)]

    def _difference(self, found: tuple[str, str, int]) -> None:
        margin = INDENT + LABEL
        shown = difference(found, self._width - margin)
        self.lines.append(f"{'':{INDENT}}{'expected':{LABEL}}{shown.expected}")
        self.lines.append(f"{'':{INDENT}}{'observed':{LABEL}}{shown.observed}")
        room = self._width - margin - shown.caret - 2
        if len(shown.words) <= room:
            self.lines.append(f"{'':{margin + shown.caret}}^ {shown.words}")
            return
        self.lines.append(f"{'':{margin + shown.caret}}^")
        self.lines += _wrap(shown.words, self._width, " " * margin, " " * margin)

    def _printed(self, verdict: Verdict) -> None:
        lines, more = printed(verdict.output)
        self.lines.append(f"{'':{INDENT}}your code printed")
        room = self._width - INDENT - 2
        for line in lines:
            self.lines.append(f"{'':{INDENT + 2}}{line if cells(line) <= room else line[: room - 1] + '…'}")
        if more:
            self.lines.append(f"{'':{INDENT + 2}}… and {more} more lines")

    def _labelled(self, label: str, text: str) -> None:
        start = f"{'':{INDENT}}{label:{LABEL}}"
        self.lines += _wrap(text, self._width, start, " " * len(start))

    def _paragraph(self, text: str) -> None:
        self.lines += _wrap(text, self._width, " " * INDENT, " " * INDENT)


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    """Lines of at most `width`; the text's own line ends are kept, everything unseen is escaped."""
    lines: list[str] = []
    for paragraph in escaped(text, keep="\n").split("\n") or [""]:
        lead = rest if lines else first
        glued = _TOGETHER.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), paragraph)
        lines += textwrap.wrap(glued, width, initial_indent=lead, subsequent_indent=rest, break_on_hyphens=False) or [
            lead
        ]
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
