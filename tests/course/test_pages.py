"""Pages show the code that runs and the output it printed."""

import sys
from pathlib import Path

import pytest

from course.catalog import Catalog
from course.pages.quote import quote, spaced
from course.pages.rules import unquoted, untold_fences
from course.pages.run import CANONICAL, execute, same_arrivals, same_but_for_numbers, same_but_for_times, settled, shell
from course.pages.sync import StalePage, main, pages, synced

ROOT = Catalog().root
PAGES = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages(ROOT)]
LESSONS = [pytest.param(lesson.page, id=lesson.id) for lesson in Catalog().lessons]

APP = '''"""An app."""

import asyncio
from fastapi import FastAPI

app = FastAPI()
PING = b": ping"
# How long a reader waits.
PATIENCE: float = 60


@app.get("/ticks")
async def ticks() -> str:
    return "tick"


class Report:
    def words(self) -> list[str]:
        return []
'''


# --- the pages of this course -------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_code_that_runs(page: Path) -> None:
    assert synced(page, run=False) == page.read_text(encoding="utf-8"), "stale code in the page; run: make sync"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_its_commands_print(page: Path) -> None:
    assert synced(page) == page.read_text(encoding="utf-8"), "stale output in the page; run: make sync"


@pytest.mark.parametrize("page", LESSONS)
def test_code_and_output_in_a_lesson_are_quoted_and_not_typed(page: Path) -> None:
    assert untold_fences(page.read_text(encoding="utf-8")) == [], "fences without a source begin at these lines"


@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_quotes_every_function_of_its_app(page: Path) -> None:
    assert unquoted(page) == [], "the page does not show these: quote them, or take them out of the lesson"


@pytest.mark.parametrize("lesson", Catalog().lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_says_what_it_is_for_and_how_long_it_takes(lesson) -> None:  # type: ignore[no-untyped-def]
    front = lesson.page.read_text(encoding="utf-8").split("---\n")[1]

    assert lesson.minutes > 0
    assert lesson.summary.startswith("After this lesson you can ")
    assert {"title", "minutes", "summary", "prerequisites", "covers"} <= {
        line.split(":")[0] for line in front.split("\n")
    }


# --- quoting ------------------------------------------------------------------------------------


def test_a_function_is_quoted_with_its_decorators() -> None:
    assert quote(APP, "ticks", "app.py") == '@app.get("/ticks")\nasync def ticks() -> str:\n    return "tick"'


def test_a_constant_is_quoted_with_the_comment_above_it() -> None:
    assert quote(APP, "PATIENCE", "app.py") == "# How long a reader waits.\nPATIENCE: float = 60"


def test_a_method_is_quoted_without_the_indentation_of_its_class() -> None:
    assert quote(APP, "Report.words", "app.py") == "def words(self) -> list[str]:\n    return []"


def test_imports_are_quoted_together() -> None:
    assert quote(APP, "imports", "app.py") == "import asyncio\nfrom fastapi import FastAPI"


@pytest.mark.parametrize("name", ["tiks", "Report.word", "ticks.words"])
def test_a_misspelt_name_is_an_error_that_lists_the_names_there_are(name: str) -> None:
    with pytest.raises(
        LookupError, match=rf"app\.py has no top-level `{name}`\. It has: app, PING, PATIENCE, ticks, Report"
    ):
        quote(APP, name, "app.py")


def test_constants_stay_together_and_functions_are_set_apart() -> None:
    assert "\n".join(spaced(["A = 1", "B = 2", "def f():\n    ..."])) == "A = 1\nB = 2\n\n\ndef f():\n    ..."


# --- running ------------------------------------------------------------------------------------


def test_dates_do_not_make_an_output_stale() -> None:
    assert settled("date: Mon, 01 Jan 2024 00:00:00 GMT\r\n") == ["date: Fri, 20 Nov 2026 07:00:00 GMT"]


def test_measured_times_may_differ_and_words_may_not() -> None:
    assert same_but_for_times(["took 0.21 s", "3 chunks"], ["took 0.2 s", "3 chunks"])
    assert not same_but_for_times(["took 0.21 s", "3 chunks"], ["took 0.21 s", "4 chunks"])
    assert not same_but_for_times(["took 0.21 s"], ["lasted 0.21 s"])


def test_a_column_may_grow_with_its_number() -> None:
    assert same_but_for_times(["step    89.7 µs"], ["step   140.0 µs"])


def test_where_all_numbers_vary_the_words_still_count() -> None:
    assert same_but_for_numbers(["12 kB"], ["1,209 kB"])
    assert not same_but_for_numbers(["12 kB"], ["12 MB"])


def test_a_trace_is_the_same_when_the_same_arrived_in_the_same_order() -> None:
    one = ["0.01 s  2 bytes  a", "0.01 s  2 bytes  b", "", "arrived |2···|"]

    assert same_arrivals(one, ["0.02 s  2 bytes  a", "0.31 s  2 bytes  b", "", "arrived |#·#|"])
    assert not same_arrivals(one, ["0.01 s  2 bytes  b", "0.01 s  2 bytes  a", "", "arrived |2···|"])


def test_a_program_that_fails_is_not_quoted() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        execute([sys.executable, "-c", "1 / 0"])


def test_a_command_that_does_not_end_gets_its_ctrl_c() -> None:
    assert shell("echo one; sleep 30", stop_after=0.2) == "one\n^C\n"


def page_of(folder: Path, *snippets: str, printed: str = "") -> Path:
    """A page that runs snippets of Python, and shows `printed` for each of them."""
    shown = f"```text\n{printed}\n```\n" if printed else ""
    block = "<!-- [[[cog\npython('''\n{}\n''', show=False)\n]]] -->\n{}<!-- [[[end]]] -->\n"
    page = folder / "index.md"
    page.write_text("".join(block.format(snippet, shown) for snippet in snippets))
    return page


def test_programs_run_side_by_side_and_are_shown_in_the_order_of_the_page(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    meets = (
        "import pathlib, time\npathlib.Path({!r}).touch()\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.01)\n"
    )
    first = meets.format(str(one), str(other)) + "time.sleep(0.1)\nprint('first')"
    second = meets.format(str(other), str(one)) + "print('second')"

    text = synced(page_of(tmp_path, first, second))

    assert text.index("first\n```") < text.index("second\n```")


COUNTS = "import pathlib\nbook = pathlib.Path({!r})\nbook.open('a').write('x')\nprint({})"


def test_an_output_that_differs_is_run_again_alone_before_the_page_is_called_stale(tmp_path: Path) -> None:
    late_once = COUNTS.format(str(tmp_path / "book"), "'late' if book.read_text() == 'x' else 'in time'")
    page = page_of(tmp_path, late_once, printed="in time")

    assert synced(page) == page.read_text()


def test_an_output_that_stays_different_is_written_into_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, COUNTS.format(str(tmp_path / "book"), "'new'"), printed="old")

    assert "```text\nnew\n```" in synced(page)
    assert (tmp_path / "book").read_text() == "xxx"


def test_a_program_that_fails_names_its_block(tmp_path: Path) -> None:
    page = page_of(tmp_path, "print(1)", "1 / 0")

    with pytest.raises(StalePage, match=r"index\.md:7: RuntimeError: .*\n(.*\n)*.*ZeroDivisionError"):
        synced(page)


def test_a_command_that_does_not_heed_ctrl_c_is_an_error_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.pages.run.LIMIT", 0.2)

    with pytest.raises(RuntimeError, match=r"does not end at Ctrl\+C: trap"):
        shell("trap '' INT; sleep 60", stop_after=0.2)


# --- a page, start to end -----------------------------------------------------------------------

PAGE = """---
title: Ticks
minutes: 5
summary: After this lesson you can tick.
---

<!-- [[[cog code("app.py#ticks") ]]] -->
<!-- [[[end]]] -->

1. In a list:

    <!-- [[[cog output("curl -s 'http://127.0.0.1:8000/ticks'") ]]] -->
    <!-- [[[end]]] -->

<!-- [[[cog
python('''
    print("tock")
''')
]]] -->
<!-- [[[end]]] -->
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lessons" / "07_ticks"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(APP)
    (folder / "index.md").write_text(PAGE)
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path))
    return folder / "index.md"


def test_a_page_is_filled_in_from_its_app(page: Path) -> None:
    text = synced(page)

    assert '```python title="app.py"\n@app.get("/ticks")\n' in text
    assert f"    ```console\n    $ curl -s 'http://{CANONICAL}/ticks'\n    \"tick\"\n    ```\n" in text
    assert '```python\nprint("tock")\n```\n\n```text\ntock\n```\n' in text


def test_sync_repairs_what_check_complains_about(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(page)]) == 1
    assert page.read_text() == PAGE, "a check writes nothing"
    assert main([str(page)]) == 0
    assert main(["--check", str(page)]) == 0
    assert main(["--check", "--fast", str(page)]) == 0
    assert "stale; run make sync" in capsys.readouterr().out


def test_code_that_changed_makes_the_page_stale(page: Path) -> None:
    main([str(page)])
    (page.parent / "app.py").write_text(APP.replace('"tick"', '"tock"'))

    assert synced(page, run=False) != page.read_text()


def test_a_typo_in_a_page_names_the_page_and_the_symbol(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(PAGE.replace("#ticks", "#tiks"))

    assert main([str(page)]) == 2
    assert "app.py has no top-level `tiks`" in capsys.readouterr().err
    assert "#tiks" in page.read_text(), "the page is left as it was"


# --- rules --------------------------------------------------------------------------------------


def test_code_typed_into_a_page_is_found() -> None:
    assert untold_fences("Text\n\n```python\nx = 1\n```\n\n- a\n\n    ```console\n    $ x\n    ```\n") == [3, 9]


def test_code_that_is_wrong_on_purpose_says_so() -> None:
    assert untold_fences("<!-- wrong on purpose -->\n```python\nx = 1\n```\n") == []
    assert untold_fences("<!-- not run: needs a network -->\n```console\n$ x\n```\n") == []
    assert untold_fences("<!-- not run: -->\n```console\n$ x\n```\n") == [2], "a reason is missing"


def test_other_fences_are_free() -> None:
    assert untold_fences("```sh\ncourse run 01\n```\n\n````markdown\n```python\n```\n````\n") == []


def test_a_function_that_a_page_does_not_show_is_named(page: Path) -> None:
    main([str(page)])

    assert unquoted(page) == ["Report"]
