"""A notebook as a Markdown page, with the outputs it was saved with."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.site.links import as_on_site

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PICTURES = {"image/svg+xml": "svg", "image/png": "png"}


def to_markdown(path: Path) -> tuple[str, dict[str, str | bytes]]:
    """
    The page, and its pictures by file name.

    Understands nbformat 4: text, code, printed text, errors, PNG, SVG and HTML. Links lead to places on the site. The
    alternative text of a picture is the cell's metadata `alt`, or the output's plain text.
    """
    pictures: dict[str, str | bytes] = {}
    blocks = [f"[Download this notebook]({path.name}) to run it yourself: `make notebooks`.\n{{ .cbc-download }}"]
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        source = _joined(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks.append(as_on_site(source, f"notebooks/{path.name}"))
        elif cell["cell_type"] == "code" and source.strip():
            blocks.append(_fence("python", source))
            for position, output in enumerate(cell["outputs"]):
                blocks += _output(output, f"{path.stem}-{number}-{position}", cell["metadata"], pictures)
    title_first = blocks[1:2] if len(blocks) > 1 and blocks[1].startswith("# ") else []
    ordered = [*_under_title(title_first, blocks[0]), *blocks[1 + len(title_first) :]]
    return "\n\n".join(ordered) + "\n", pictures


def _under_title(first: list[str], download: str) -> list[str]:
    if not first:
        return [download]
    title, _, rest = first[0].partition("\n")
    return [title, download, rest]


def _output(
    output: dict[str, Any], name: str, metadata: dict[str, Any], pictures: dict[str, str | bytes]
) -> Iterator[str]:
    if output["output_type"] == "stream":
        yield _fence("text", _ANSI.sub("", _joined(output["text"])))
    elif output["output_type"] == "error":
        yield _fence("text", f"{output['ename']}: {output['evalue']}")
    else:
        data = output["data"]
        plain = _joined(data.get("text/plain", ""))
        for kind, suffix in _PICTURES.items():
            if kind in data:
                content = _joined(data[kind])
                pictures[f"{name}.{suffix}"] = content if suffix == "svg" else base64.b64decode(content)
                yield f"![{metadata.get('alt') or plain.strip('<>')}]({name}.{suffix})"
                return
        if "text/html" in data:
            yield f'<div class="cbc-output">{_joined(data["text/html"])}</div>'
        elif plain:
            yield _fence("text", plain)


def _fence(language: str, text: str) -> str:
    ticks = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", text)), 3)
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
