"""What pages, stubs and exercise notes say about themselves, in the forms that the course agreed on."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

HEADLINE = re.compile(r"\S+ · (?P<title>.+?) \((?P<level>[\w-]+), (?P<minutes>\d+) min\)")
READ = re.compile(r'^Read: lesson (\d\d), "([^"]+)"', re.MULTILINE)
HINT = re.compile(r"<details>\s*<summary>[^<]*</summary>(.*?)</details>", re.DOTALL)


@dataclass(frozen=True)
class Brief:
    """The docstring of a stub."""

    title: str = ""
    level: str = ""
    minutes: int = 0
    text: str = ""  # between the headline and the `Read:` line
    read: str = ""  # '03 "Headers first"'


@dataclass(frozen=True)
class Notes:
    """What exercises/<lesson>/README.md holds on one exercise."""

    level: str = ""
    minutes: int = 0
    hints: tuple[str, ...] = ()


def front_matter(page: Path) -> dict[str, str]:
    """The flat `key: value` lines between the two `---` that open a page; no YAML library is needed for those."""
    lines = _text(page).splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    found = {}
    for line in lines[1:]:
        if line.strip() == "---":
            break
        key, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            found[key.strip()] = value.strip().strip("\"'")
    return found


def brief(stub: Path) -> Brief:
    """Empty where the stub has no docstring or is no Python."""
    try:
        docstring = ast.get_docstring(ast.parse(_text(stub))) or ""
    except (SyntaxError, ValueError):
        return Brief()
    headline, _, text = docstring.partition("\n")
    head, read = HEADLINE.search(headline), READ.search(text)
    return Brief(
        title=head["title"] if head else "",
        level=head["level"] if head else "",
        minutes=int(head["minutes"]) if head else 0,
        text=(text[: read.start()] if read else text).strip(),
        read=f'{read[1]} "{read[2]}"' if read else "",
    )


def notes(readme: Path) -> dict[str, Notes]:
    """The notes under each `## 03.1 name`, by id."""
    parts = re.split(r"^## +(\d\d\.\d+)\b.*$", _text(readme), flags=re.MULTILINE)
    return {id: _notes(text) for id, text in zip(parts[1::2], parts[2::2], strict=True)}


def _notes(text: str) -> Notes:
    effort = re.search(r"^([\w-]+) · (\d+) min", text, re.MULTILINE)
    hints = tuple(hint.strip() for hint in HINT.findall(text))
    return Notes(effort[1], int(effort[2]), hints) if effort else Notes(hints=hints)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
