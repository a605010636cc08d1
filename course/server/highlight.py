"""Python source as highlighted HTML, with the classes that the site's own code blocks have."""

from pathlib import Path

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer


def highlighted(path: Path) -> str:
    """The file as a `<div class="highlight">`. Raises OSError if it cannot be read."""
    return str(highlight(path.read_text(encoding="utf-8"), PythonLexer(), HtmlFormatter(cssclass="highlight")))
