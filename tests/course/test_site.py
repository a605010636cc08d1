"""The built site: every page, every link, and nothing from another host."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.catalog import Catalog
from course.site.build import fingerprint, sources
from course.site.links import as_on_site
from course.site.notebooks import to_markdown

ROOT = Catalog().root
LESSONS = Catalog().lessons

# `mkdocs build` that writes down which files it opens.
WATCHED_BUILD = """
import sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(args[0]) if event == "open" and isinstance(args[0], str) else None)
from mkdocs.__main__ import cli
try:
    cli(["build", "--strict", "-d", sys.argv[1]])
finally:
    opened.update(getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    with open(sys.argv[2], "w", encoding="utf-8") as book:
        book.write("\\n".join(sorted(opened)))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED_BUILD, str(folder), str(folder.with_suffix(".opened"))],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return folder


class Loads(HTMLParser):
    """What a page makes the browser fetch, and where its links lead."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.fetched.append(given.get("href") or "")
        elif given.get("src"):
            self.fetched.append(given["src"] or "")


def test_a_change_to_whatever_the_build_opened_makes_the_site_stale(site: Path) -> None:
    opened = [Path(name) for name in site.with_suffix(".opened").read_text(encoding="utf-8").splitlines()]
    ours = {path.relative_to(ROOT) for path in opened if path.is_file() and path.is_relative_to(ROOT)}
    ours = {path for path in ours if not path.parts[0].startswith(".") and "__pycache__" not in path.parts}

    assert ours - {path.relative_to(ROOT) for path in sources(ROOT)} == set()
    assert Path("course/descriptions.py") in ours
    assert Path("waterclock/src/waterclock/timeline/svg.py") in ours


MADE_OF = [
    *("mkdocs.yml", "constraints.txt", "theme/assets/css/course.css", "notebooks/07_x.ipynb"),
    *("lessons/07_x/index.md", "lessons/07_x/app.py", "lessons/07_x/page.html"),
    *("exercises/07_x/README.md", "tests/submissions/stubs/07_x/1_y.py"),
    *("course/descriptions.py", "course/site/elements.py", "course/pages/quote.py", "course/render/html.py"),
    *("waterclock/README.md", "waterclock/examples/first.py"),
    *("waterclock/src/waterclock/__init__.py", "waterclock/src/waterclock/timeline/svg.py"),
]
NOT_OF = [
    *("exercises/07_x/1_y.py", "solutions/07_x/1_y.py", "tests/exercises/07_x/test_1_y.py", "README.md"),
    *("tests/submissions/mistakes/07_x/1_y/late.py", ".course/progress.json", "site/index.html"),
    *("course/__pycache__/cli.pyc", "benchmarks/rows.py"),
]


@pytest.mark.parametrize("file", [*MADE_OF, *NOT_OF])
def test_an_edit_makes_the_site_stale_if_a_page_shows_it_and_only_then(tmp_path: Path, file: str) -> None:
    for name in (*MADE_OF, *NOT_OF):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was\n")
    before = fingerprint(tmp_path)
    (tmp_path / file).write_text("edited a moment later\n")

    assert (fingerprint(tmp_path) != before) == (file in MADE_OF)


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_the_home_page_links_every_lesson(site: Path) -> None:
    links = Loads(site / "index.html").links

    assert [lesson.id for lesson in LESSONS if f"{lesson.id}/" not in links] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_s_page_names_it_in_the_navigation_and_links_its_notebook(lesson, site: Path) -> None:  # type: ignore[no-untyped-def]
    html = (site / lesson.id / "index.html").read_text(encoding="utf-8")

    assert f"{lesson.number} · {lesson.title}" in html
    assert f"{lesson.minutes} minutes" in html
    assert f"../notebooks/{lesson.id}/" in Loads(site / lesson.id / "index.html").links


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_s_app_lies_beside_its_page(lesson, site: Path) -> None:  # type: ignore[no-untyped-def]
    assert (site / lesson.id / "app.py").read_bytes() == lesson.app.read_bytes()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_notebook_is_a_page_and_a_file(lesson, site: Path) -> None:  # type: ignore[no-untyped-def]
    assert (site / "notebooks" / lesson.id / "index.html").is_file()
    assert (site / "notebooks" / lesson.notebook.name).read_bytes() == lesson.notebook.read_bytes()


def test_no_page_fetches_from_another_host(site: Path) -> None:
    foreign = {
        (page.relative_to(site).as_posix(), address)
        for page in pages(site)
        for address in Loads(page).fetched
        if re.match(r"(https?:)?//", address)
    }
    styles = [path.name for path in site.rglob("*.css") if re.search(r"url\(\W?(https?:)?//", path.read_text("utf-8"))]

    assert foreign == set()
    assert styles == []


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    broken = [
        f"{page.relative_to(site).as_posix()} -> {link}"
        for page in pages(site)
        if page.name != "404.html"  # its links are absolute, for it stands at any depth
        for link in Loads(page).links
        if not re.match(r"[a-z]+:|//", link) and not _leads(page, link)
    ]

    assert broken == []


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if target.is_dir():
        target = target / "index.html"
    return target.is_file() and (not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"))


def test_pages_name_no_file_of_this_machine(site: Path) -> None:
    assert [page.name for page in pages(site) if str(ROOT) in page.read_text(encoding="utf-8")] == []


# --- notebooks ----------------------------------------------------------------------------------


def notebook(tmp_path: Path, *cells: str) -> Path:
    path = tmp_path / "07_x.ipynb"
    path.write_text(f'{{"cells": [{",".join(cells)}], "nbformat": 4, "nbformat_minor": 5, "metadata": {{}}}}')
    return path


def test_a_notebook_s_outputs_stand_below_their_cells(tmp_path: Path) -> None:
    printed = '{"output_type": "stream", "name": "stdout", "text": ["\\u001b[31mone\\u001b[0m\\n", "two\\n"]}'
    value = '{"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}'
    cell = f'{{"cell_type": "code", "source": ["x = 1\\n", "x"], "metadata": {{}}, "outputs": [{printed}, {value}]}}'

    text, pictures = to_markdown(notebook(tmp_path, cell))

    assert "```python\nx = 1\nx\n```\n\n```text\none\ntwo\n```\n\n```text\n42\n```\n" in text
    assert pictures == {}


def test_a_picture_becomes_a_file_with_words_for_those_who_do_not_see_it(tmp_path: Path) -> None:
    drawn = '{"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "<Figure>"}, "metadata": {}}'
    meta = '{"alt": "memory against n"}'
    cell = f'{{"cell_type": "code", "source": "plot()", "metadata": {meta}, "outputs": [{drawn}]}}'

    text, pictures = to_markdown(notebook(tmp_path, cell))

    assert "![memory against n](07_x-0-0.png)" in text
    assert pictures == {"07_x-0-0.png": b"hi"}


def test_links_to_lessons_lead_to_the_lessons_of_the_site(tmp_path: Path) -> None:
    cell = '{"cell_type": "markdown", "source": "# T\\n\\n[app](../lessons/07_x/index.md)", "metadata": {}}'

    text, _ = to_markdown(notebook(tmp_path, cell))

    assert text.startswith("# T\n\n[Download this notebook](07_x.ipynb)")
    assert "[app](../07_x/index.md)" in text


def test_waterclock_s_documentation_is_a_page_beside_its_examples(site: Path) -> None:
    html = (site / "waterclock" / "index.html").read_text(encoding="utf-8")

    assert '<h1 id="waterclock">' in html
    assert "../waterclock/" in Loads(site / "01_generators" / "index.html").links
    assert (site / "waterclock" / "examples" / "first.py").is_file()


@pytest.mark.parametrize(
    ("home", "link", "on_the_site"),
    [
        ("waterclock/README.md", "examples/first.py", "waterclock/examples/first.py"),
        ("waterclock/README.md", "../lessons/01_generators/index.md#one", "01_generators/index.md#one"),
        ("lessons/01_generators/index.md", "../../waterclock/README.md#recipes", "../waterclock.md#recipes"),
        ("lessons/01_generators/index.md", "../../notebooks/01_generators.ipynb", "../notebooks/01_generators.md"),
        ("lessons/01_generators/index.md", "../02_async_generators/index.md", "../02_async_generators/index.md"),
        ("lessons/index.md", "../waterclock/README.md", "waterclock.md"),
        ("notebooks/01_generators.ipynb", "../lessons/01_generators/app.py", "../01_generators/app.py"),
    ],
)
def test_a_link_of_the_repository_leads_to_the_same_thing_on_the_site(home: str, link: str, on_the_site: str) -> None:
    assert as_on_site(f"see [it]({link}).", home) == f"see [it]({on_the_site})."


@pytest.mark.parametrize(
    "link", ["https://example.org/a.md", "#below", "mailto:a@example.org", "/apps/01", "../LICENSE"]
)
def test_a_link_to_what_is_not_on_the_site_is_left_as_it_is(link: str) -> None:
    assert as_on_site(f"[x]({link})", "waterclock/README.md") == f"[x]({link})"


# --- in a browser -------------------------------------------------------------------------------

CHROMIUM = next((Path(p) for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_read_well_in_a_browser(site: Path, scheme: str, width: int) -> None:
    if CHROMIUM is None:
        message = "needs Chromium: apt-get install chromium"
        pytest.fail(message) if os.environ.get("COURSE_REQUIRE_SERVICES") else pytest.skip(message)
    from playwright.sync_api import sync_playwright
    from starlette.staticfiles import StaticFiles
    from waterclock.live import Server

    said: list[str] = []
    asked: list[str] = []
    with Server(StaticFiles(directory=site, html=True)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        for path in ("/", *(f"/{lesson.id}/" for lesson in LESSONS)):
            page.goto(f"{server.url}{path}")
            page.wait_for_load_state("networkidle")
            for diagram in page.locator("pre.mermaid").all():  # each is drawn when it comes near
                diagram.scroll_into_view_if_needed()
            page.wait_for_function("!document.querySelector('pre.mermaid')")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
            assert page.evaluate("document.fonts.check('16px Inter')"), "our own type"
            assert page.locator("pre.mermaid").count() == 0, "every diagram is drawn"
        browser.close()

    assert said == []
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
