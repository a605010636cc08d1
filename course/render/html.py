"""A report as a static HTML fragment: escaped, semantic, readable without scripts and styles."""

import re
from html import escape

from waterclock.timeline import alike, draw, svg

from course.render.wording import SYMBOLS, UNTOUCHED, difference, escaped, printed
from course.verdict import Failure, Report, Verdict


def panel(report: Report, *, heading: int = 3) -> str:
    """
    One `<section>` with all verdicts. Class names begin with `cbc-`; `heading` is the level of its heading. Timelines
    come as SVG, and once more as text for whoever cannot see it.
    """
    state = report.state
    count = f" ({report.passed} of {report.total})" if state != "not started" else ""
    return (
        f'<section class="cbc-report cbc-{_slug(state)}" data-exercise="{escape(report.exercise)}">\n'
        f'<h{heading} class="cbc-report-title">{_text(report.exercise)} {_text(report.title)} '
        f'<span class="cbc-state">{state}{count}</span></h{heading}>\n'
        f'<ol class="cbc-verdicts">\n{"".join(_verdict(verdict) for verdict in report.verdicts)}</ol>\n</section>\n'
    )


def _verdict(verdict: Verdict) -> str:
    symbol = f'<span class="cbc-symbol" aria-hidden="true">{SYMBOLS[verdict.state]}</span>'
    word = f'<span class="cbc-word">{verdict.state}</span>'
    sentence = f'<span class="cbc-sentence">{_prose(verdict.sentence)}</span>'
    parts = [f'<p class="cbc-criterion">{symbol} {word} {sentence}</p>']
    if verdict.needs:
        needs = "; ".join(_prose(need) for need in verdict.needs)
        parts.append(f'<p class="cbc-needs">needs: {needs}</p>')
    if verdict.note:
        parts.append(f'<p class="cbc-note">{_prose(verdict.note)}</p>')
    if verdict.failure:
        if verdict.state == "not started":
            parts.append(f'<p class="cbc-untouched">{UNTOUCHED}</p>')
        parts += _failure(verdict.failure, verdict.exercise)
    if verdict.output.strip() and verdict.state != "passed":
        lines, more = printed(verdict.output)
        rest = f"\n… and {more} more lines" if more else ""
        shown = escape("\n".join(lines)) + rest
        parts.append(f'<p class="cbc-printed">your code printed</p><pre class="cbc-output" tabindex="0">{shown}</pre>')
    return "\n".join([f'<li class="cbc-verdict cbc-{_slug(verdict.state)}">', *parts, "</li>\n"])


def _failure(failure: Failure, exercise: str) -> list[str]:
    told = (("did", failure.did), ("expected", failure.expected), ("observed", failure.observed))
    items = "".join(f"<dt>{name}</dt><dd>{_prose(text)}</dd>" for name, text in told)
    parts = [f'<dl class="cbc-parts">{items}</dl>']
    if failure.difference:
        shown = difference(failure.difference, 72)
        drawn = f"expected   {shown.expected}\nobserved   {shown.observed}\n{'':{11 + shown.caret}}^ {shown.words}"
        parts.append(f'<pre class="cbc-difference" tabindex="0">{escape(drawn)}</pre>')
    lines = {"expected": failure.expected_line, "observed": failure.observed_line}
    rows = {name: line for name, line in lines.items() if line is not None}
    if rows and not alike(rows, width=80):
        title = " and ".join(rows)
        parts.append(
            f'<figure class="cbc-timelines">{svg(rows, title=title.capitalize()).rstrip()}\n'
            f'<figcaption><details><summary>The same as text</summary><pre class="cbc-drawing" tabindex="0">'
            f"{escape(draw(rows, width=80))}</pre></details></figcaption></figure>"
        )
    if failure.why:
        parts.append(f'<p class="cbc-why">{_prose(failure.why)}</p>')
    where = [f'<code class="cbc-where">{_text(failure.where)}</code>'] if failure.where else []
    where += [f'<span class="cbc-read">read {_text(failure.read)}</span>'] if failure.read else []
    where.append(f'<code class="cbc-hint">course hint {_text(exercise)}</code>')
    parts.append(f'<p class="cbc-next">{" ".join(where)}</p>')
    return parts


def _text(text: str) -> str:
    return escape(escaped(text, keep="\n"))


def _prose(text: str) -> str:
    """Escaped; what stands between backticks is code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", _text(text))


def _slug(state: str) -> str:
    return state.replace(" ", "-")
