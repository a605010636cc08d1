"""What a page holds before a script has touched it reads well, and cannot be taken apart by what was recorded."""

import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.catalog import Catalog
from course.site.elements import Element, Misused, demo, elements, exercise, predictions

ENTRIES = Catalog().entries()


def stream(*chunks: tuple[float, bytes], media: str = "text/plain", state: str = "ended") -> dict[str, object]:
    placed = [[at, b64encode(chunk).decode()] for at, chunk in chunks]
    until = chunks[-1][0] if chunks else 0.0
    return {
        "path": "/words",
        "status": 200,
        "headers": {"content-type": media},
        "chunks": placed,
        "raw": [[0.002, b64encode(b"HTTP/1.1 200 OK\r\n\r\n").decode()], *placed],
        "state": state,
        "ended_at": until,
        "error": None,
    }


def drawn(attributes: str, *streams: dict[str, object]) -> str:
    ((_, element),) = elements(f"<stream-demo {attributes}></stream-demo>")
    return demo(element, {"v": 1, "made": "2026-11-20", "streams": list(streams)})


class Read(HTMLParser):
    """The text of a page, and whether its tags are closed in order."""

    VOID = frozenset({"br", "hr", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" not in self.open:
            self.text += data + " "


def test_an_element_is_found_with_its_attributes() -> None:
    opening = '<stream-demo id="a" app="03"\n  path="/words?a=1&b=2" names="one, two">'
    text = f"Text.\n\n{opening}\n\n```text\n|##|\n```\n\n</stream-demo>\n"
    ((found, element),) = elements(text)

    assert element == Element("stream-demo", {"id": "a", "app": "03", "path": "/words?a=1&b=2", "names": "one, two"})
    assert text[found.end() :] == "\n"


def test_what_is_quoted_in_a_paragraph_is_not_an_element() -> None:
    assert list(elements('Write `<stream-demo app="03">` …\n\n    <stream-demo app="03"></stream-demo>\n')) == []


def test_a_stream_without_a_name_is_called_by_its_path() -> None:
    assert Element("stream-demo", {"path": "/a?x=1", "compare": "/b", "names": "one"}).names == ["one", "/b"]


def test_a_demo_without_scripts_is_a_drawing_a_caption_and_a_table() -> None:
    html = drawn(
        'app="03" path="/words" compare="/whole" names="streamed, buffered" caption="Two words, `twice`."',
        stream((1.0, b"Fog "), (2.0, b"until ")),
        stream((2.0, b"Fog until ")),
    )
    page = Read(html)

    assert "streamed: " in page.text
    assert "buffered: " in page.text
    assert "<figcaption>Two words, <code>twice</code>.</figcaption>" in html
    assert 'caption="Two words, twice."' in html
    assert len(re.findall("<tr>", html)) == 1 + 3
    assert '<td class="cbc-number">2.000</td><td>buffered</td><td class="cbc-number">10</td>' in html


def test_the_axis_of_a_drawing_is_calm_and_the_table_is_exact() -> None:
    html = drawn('app="03" path="/words" names="words"', stream((1.031, b"Fog "), (2.334, b"until "), (3.028, b"ten.")))

    assert "1 s" in html.partition("</svg>")[0]
    assert "2.33" in html.partition("</svg>")[0]
    assert "1.03" not in html.partition("</svg>")[0]
    assert '<td class="cbc-number">1.031</td>' in html


def test_raw_bytes_can_be_read_without_scripts() -> None:
    text = Read(drawn('app="03" path="/words" names="words"', stream((1.0, b"4\r\nFog \r\n")))).text

    assert "  0.002  HTTP/1.1 200 OK\\r\\n\n         \\r\\n\n  1.000  4\\r\\n\n         Fog \\r\\n" in text


def test_a_demo_that_could_not_be_recorded_still_says_what_it_is() -> None:
    html = demo(Element("stream-demo", {"app": "03", "path": "/words", "caption": "Two words."}), None)

    assert Read(html).text.strip() == "Two words."
    assert "recording" not in html


def test_events_are_drawn_as_events() -> None:
    html = drawn(
        'app="05" path="/alerts"', stream((1.0, b"event: gale\ndata: {}\n\n: ping\n\n"), media="text/event-stream")
    )

    assert "<code>event gale</code>" in html
    assert "<code>ping</code>" in html


def test_the_recording_is_json_that_names_the_app_and_the_streams() -> None:
    html = drawn('app="03" path="/words" names="streamed"', stream((1.0, b"Fog ")))
    (script,) = re.findall(r'<script type="application/json" class="recording">(.*?)</script>', html)
    recording = json.loads(script)

    assert (recording["v"], recording["app"], recording["made"]) == (1, "03", "2026-11-20")
    assert [one["name"] for one in recording["streams"]] == ["streamed"]
    assert recording["streams"][0]["chunks"] == [[1.0, b64encode(b"Fog ").decode()]]


def test_nothing_that_was_recorded_or_written_becomes_markup() -> None:
    evil = stream((1.0, b"</script><script>alert(1)</script>"))
    evil["headers"] = {"content-type": "text/plain", "x": "</script><img src=x>"}
    html = drawn('app="03" path="/words?x=<b>" names="<i>one" caption="a & b"', evil)

    assert "<script>" not in html
    assert html.count("</script>") == 1
    assert "<img" not in html
    assert "<i>" not in html
    assert "<b>" not in html


def test_an_element_that_lacks_something_says_what() -> None:
    with pytest.raises(Misused, match=r"<stream-demo> needs app=\."):
        drawn('path="/words"', stream((1.0, b"x")))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_a_panel_without_scripts_has_all_that_one_needs(entry) -> None:  # type: ignore[no-untyped-def]
    html = exercise(Element("course-exercise", {"id": entry.id}), entry, f"exercises/{entry.lesson}/{entry.slug}.py")
    page = Read(html)

    assert f"{entry.id} {entry.title}" in page.text
    assert f'<h3 id="{entry.anchor}">' in html
    assert f"course check {entry.id}" in page.text
    assert f"{entry.slug}.py" in page.text
    assert page.text.count("Hint ") == 3
    assert re.search(r"Hint 1.*Hint 2.*Hint 3", page.text, re.S)
    assert "`" not in page.text, "Markdown that was not rendered"
    for command in re.findall(r"(?:course trace|uvicorn|curl) .*", entry.brief):
        assert command.split("  ")[0] in page.text


PREDICTION = """<course-predict for="demo">

**What comes first?**

<details markdown><summary>The end</summary>

No.

</details>

<details markdown class="right"><summary>The head</summary>

Yes.

</details>

</course-predict>
"""


def test_a_prediction_keeps_its_text_and_asks_for_markdown_inside() -> None:
    ready = predictions(PREDICTION, {"demo"})

    assert ready == PREDICTION.replace('for="demo"', 'for="demo" markdown="1"')


def test_a_prediction_that_points_nowhere_is_an_error() -> None:
    with pytest.raises(Misused, match='no <stream-demo id="demo">'):
        predictions(PREDICTION, {None, "other"})


@pytest.mark.parametrize(
    "text",
    [
        PREDICTION.replace(' class="right"', ""),
        PREDICTION.replace("<details markdown>", '<details markdown class="right">'),
    ],
)
def test_a_prediction_has_exactly_one_choice_that_is_right(text: str) -> None:
    with pytest.raises(Misused, match="one choice that is right"):
        predictions(text, {"demo"})


# --- the site of this course --------------------------------------------------------------------


@pytest.mark.parametrize("lesson", Catalog().lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_has_a_demo_a_prediction_and_a_panel_for_each_exercise(lesson) -> None:  # type: ignore[no-untyped-def]
    text = Path(lesson.page).read_text(encoding="utf-8")
    found = [element for _, element in elements(text)]

    assert [one.attributes["id"] for one in found if one.tag == "course-exercise"] == [one.id for one in lesson.entries]
    assert any(one.tag == "stream-demo" for one in found)
    assert "<course-predict" in text
