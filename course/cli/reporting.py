"""`course report`: where a learner stands, for the person who teaches."""

import html as markup
import json
import platform
from datetime import UTC, datetime
from pathlib import Path

from course import __version__
from course.cli import output
from course.cli.checking import course_at_fault
from course.cli.choosing import course_here, submission
from course.render import terminal
from course.render.html import panel
from course.reports import judged, not_started
from course.sandbox.grader import Grader
from course.verdict import Report

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chunk by Chunk: report</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ overflow-x: auto }}
section {{ border-top: 1px solid; padding: 1rem 0 }}
</style>
</head>
<body>
<h1>Chunk by Chunk: report</h1>
<p>{when} · Python {python} · {passed} of {total} exercises passed</p>
<pre>{table}</pre>
{panels}
</body>
</html>
"""


def report(*, as_json: bool, html: Path | None, against: str) -> None:
    """Judge all that was started; exit 0 when everything has passed, 1 when not."""
    if against not in ("exercises", "solutions"):
        output.refuse("--against takes `exercises` or `solutions`.")
    catalog = course_here()
    plan = [submission(catalog, entry, against) for entry in catalog.entries()]
    untouched = frozenset(entry.id for entry, path in plan if not_started(entry, path))
    reports = []
    with Grader(catalog, keep_warm=False) as grader, course_at_fault():
        stream = judged(grader, plan, untouched=untouched)
        for entry, _ in plan:
            with output.waiting(f"checking {entry.id} …"):
                reports.append(next(stream))
        if html is not None:
            _write(html, _page(reports))
        if as_json:
            print(json.dumps(_document(reports), ensure_ascii=False, indent=1))
        elif html is None:
            print(terminal.table(reports).rstrip())
        next(stream, None)  # Raises if the course failed at one of them; the others have been judged.
    raise SystemExit(output.PASSED if all(one.state == "passed" for one in reports) else output.NOT_YET)


def _document(reports: list[Report]) -> dict[str, object]:
    return {
        "v": 1,
        "course": __version__,
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "passed": sum(one.state == "passed" for one in reports),
        "total": len(reports),
        "exercises": [one.to_json() for one in reports],
    }


def _page(reports: list[Report]) -> str:
    return PAGE.format(
        when=f"{datetime.now():%Y-%m-%d %H:%M}",
        python=platform.python_version(),
        passed=sum(one.state == "passed" for one in reports),
        total=len(reports),
        table=markup.escape(terminal.table(reports)),
        panels="\n".join(panel(one) for one in reports if one.state != "not started"),
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        output.refuse(f"{path} cannot be written: {error.strerror}.")
    output.complain(f"The report is in {path}.")
