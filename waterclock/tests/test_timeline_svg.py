"""A timeline as a picture: the same record, readable without eyes, colours or a network."""

import xml.etree.ElementTree as ET

from waterclock.timeline import Mark, Timeline, draw, svg

EXPECTED = Timeline((Mark(15, "ping"), Mark(20, "alert"), Mark(35, "ping")), "open", 40)
OBSERVED = Timeline((Mark(15, "ping"),), "ended", 15)
COUNTDOWN = tuple(f'"{n}\\n"' for n in (5, 4, 3, 2, 1))
SPREAD = Timeline(tuple(Mark(at, label) for at, label in enumerate(COUNTDOWN)), "ended", 4)
BUFFERED = Timeline(tuple(Mark(4, label) for label in COUNTDOWN), "ended", 4)


def test_the_svg_says_the_same_in_words_and_fetches_nothing() -> None:
    picture = svg({"expected": EXPECTED, "observed": OBSERVED}, title="A heartbeat")
    root = ET.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"

    assert root.find(f"{space}title").text == "A heartbeat"  # type: ignore[union-attr]
    assert "observed: ping 15 s · end of stream 15 s" in root.find(f"{space}desc").text  # type: ignore[union-attr, operator]
    assert root.get("role") == "img"
    assert picture.count("http") == 1  # The name of the format.
    assert not {"href", "src", "style-src"} & {name for node in root.iter() for name in node.attrib}


def test_the_svg_has_no_colour_of_its_own_unless_it_stands_alone() -> None:
    rows = {"expected": SPREAD, "observed": BUFFERED}

    assert "#" not in svg(rows).replace("&#", "")
    assert "prefers-color-scheme:dark" in svg(rows, standalone=True)


def test_the_svg_is_the_same_each_time() -> None:
    assert svg({"a": SPREAD}) == svg({"a": Timeline.from_json(SPREAD.to_json())})


def test_the_svg_counts_what_came_at_once_and_names_each_mark() -> None:
    picture = svg({"expected": SPREAD, "observed": BUFFERED})

    assert "5 chunks at 4 s" in picture
    assert "that many chunks at once" in picture
    assert "&quot;4\\n&quot; 1 s" in picture


def test_names_and_labels_are_escaped_in_the_svg() -> None:
    picture = svg({"<b>": Timeline((Mark(1, "<script>&"),), "ended", 1)}, title='"<i>')

    ET.fromstring(picture)
    assert "<script>" not in picture
    assert "<b>" not in picture


def test_ten_thousand_marks_stay_a_small_picture_and_a_few_lines() -> None:
    line = Timeline(tuple(Mark(n / 100, '"x"') for n in range(10_000)), "ended", 100)

    assert len(svg({"observed": line})) < 120_000
    assert len(draw({"observed": line})) < 400
