"""
The one mkdocs hook: what the site takes from the tree outside `lessons/`.

Navigation follows the catalog, so that no list has to be kept; notebooks become pages with the outputs
they were committed with, so that nothing of Jupyter is needed to build the site; demos and exercises are
written out where a page names them.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from course.catalog import Catalog, Lesson, UnknownId
from course.site import elements
from course.site.elements import Element, Misused
from course.site.links import WATERCLOCK, as_on_site, place
from course.site.notebooks import to_markdown
from course.site.recordings import Recording, Take, recordings

NO_SERVER = '{"v":1,"server":false}\n'
_WRONG = re.compile(r"^([ \t]*)<!-- wrong on purpose -->\n[ \t]*```(\w+).*$", re.M)
_SLOT = re.compile(r'<div[^>]* data-cbc-slot="(\d+)"></div>')

_log = get_plugin_logger("course")
_catalog = Catalog()
_recorded: dict[Take, Recording] = {}
_slots: dict[str, list[str]] = {}  # by page: what will stand there


class _Blocks(Extension):  # type: ignore[misc]  # the library has no types
    """Teaches Markdown that a prediction is a block, with Markdown inside."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (its name in the library)
        md.block_level_elements.append("course-predict")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Home, lessons in order, other pages of `lessons/`, notebooks."""
    global _catalog
    _catalog = Catalog()
    lessons = [lesson for lesson in _catalog.lessons if lesson.page.is_file()]
    others = sorted(path.name for path in Path(config.docs_dir).glob("*.md") if path.name != "index.md")
    notebooks = [lesson for lesson in lessons if lesson.notebook.is_file()]
    nav: list[object] = [{"Home": "index.md"}]
    nav.append({"Lessons": [{_titled(lesson): f"{lesson.id}/index.md"} for lesson in lessons]})
    if (_catalog.root / WATERCLOCK).is_file():
        others.append(_placed(WATERCLOCK))
    if others:
        nav.append({"Look it up": list(others)})
    if notebooks:
        nav.append({"Notebooks": [{_titled(lesson): f"notebooks/{lesson.id}.md"} for lesson in notebooks]})
    config.nav = nav
    config.watch += [str(_catalog.root / watched) for watched in ("notebooks", "theme", WATERCLOCK)]
    config.markdown_extensions.append(_Blocks())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Each notebook as a page, with its pictures, and as the file itself; every demo recorded."""
    for path in (lesson.notebook for lesson in _catalog.lessons if lesson.notebook.is_file()):
        markdown, pictures = to_markdown(path)
        files.append(File.generated(config, _placed(_catalog.shown(path)), content=markdown))
        files.append(File.generated(config, f"notebooks/{path.name}", abs_src_path=str(path)))
        for name, content in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=content))
    if (readme := _catalog.root / WATERCLOCK).is_file():  # It stands alone, and is a page here as well.
        files.append(File.generated(config, _placed(WATERCLOCK), content=readme.read_text(encoding="utf-8")))
        for path in sorted((readme.parent / "examples").glob("*.py")):
            files.append(File.generated(config, _placed(_catalog.shown(path)), abs_src_path=str(path)))
    # A static host answers the pages' first question with this; the course server answers it itself.
    files.append(File.generated(config, "course/exercises", content=NO_SERVER))
    _record(files)
    return files


def _record(files: Files) -> None:
    """The demos of all pages together, so that the site waits for the longest of several and not for the sum."""
    takes = []
    for file in files.documentation_pages():
        with _on(file.src_uri):
            found = [element for _, element in elements.elements(file.content_string)]
            takes += [_take(element) for element in found if element.tag == "stream-demo"]
    made, troubles = recordings(dict.fromkeys(takes), _catalog.root / ".course" / "recordings")
    _recorded.clear()
    _recorded.update(made)
    for trouble in troubles:
        _log.warning(str(trouble))  # ends a strict build; otherwise that demo stays without a recording


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links, written for readers of the repository, lead to places on the site; code that is wrong looks it."""
    notebook = f"notebooks/{page.file.src_uri.split('/')[0]}.md"
    if (found := files.get_file_from_path(notebook)) is not None:
        page.meta["notebook_url"] = found.url
    markdown = _WRONG.sub(r'\1```{ .\2 .cbc-wrong title="wrong on purpose" }', markdown)
    if (home := _home(page.file)) is not None:
        markdown = as_on_site(markdown, home)
    return _with_slots(markdown, page.file.src_uri)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Elements into their slots: they are finished HTML, and Markdown has no business with it."""
    slots = _slots.pop(page.file.src_uri, [])
    return _SLOT.sub(lambda slot: slots[int(slot[1])], html)


def _with_slots(markdown: str, where: str) -> str:
    """The page with an empty <div> for each element, and what belongs there in `_slots`."""
    slots = _slots[where] = []
    text, at = "", 0
    with _on(where):
        for found, element in elements.elements(markdown):
            anchor, written = _written(element)
            text += f'{markdown[at : found.start()]}<div{anchor} data-cbc-slot="{len(slots)}"></div>'
            slots.append(written)
            at = found.end()
        ids = {element.attributes.get("id") for _, element in elements.elements(markdown)}
        return elements.predictions(text + markdown[at:], ids)


def _written(element: Element) -> tuple[str, str]:
    """An attribute for the slot, so that links to the element are known to lead somewhere; and the element's HTML."""
    if element.tag == "stream-demo":
        return "", elements.demo(element, _recorded.get(_take(element)))
    if element.tag == "course-exercise":
        entry = _catalog.entry(element.need("id"))
        return f' id="{entry.anchor}"', elements.exercise(element, entry, _catalog.shown(entry.path))
    return "", f"{element.opening}</{element.tag}>"


def _placed(file: str) -> str:
    """Where a file that the site has lies among its sources."""
    return place(file) or file


def _home(file: File) -> str | None:
    """Where a page lies in the repository; None for a notebook, which was made into a page already."""
    if file.src_uri == place(WATERCLOCK):
        return WATERCLOCK
    return None if file.generated_by else f"lessons/{file.src_uri}"


def _take(element: Element) -> Take:
    return Take(_catalog.lesson(element.need("app")).app, element.paths)


@contextlib.contextmanager
def _on(where: str) -> Iterator[None]:
    """What is wrong with an element ends the build with a sentence that says on which page."""
    try:
        yield
    except (Misused, UnknownId) as trouble:
        raise PluginError(f"{where}: {trouble}") from trouble


def _titled(lesson: Lesson) -> str:
    return f"{lesson.number} · {lesson.title}"
