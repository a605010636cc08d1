"""One record; text, words and SVG that can be read without colour, at any width and any span."""

import json
import re
from pathlib import Path

import pytest
from waterclock.sse import Comment, Event
from waterclock.timeline import Mark, Timeline, alike, draw, svg, words
from waterclock.timeline.marks import of_event
from waterclock.timeline.symbols import ENDS

EXPECTED = Timeline((Mark(15, "ping"), Mark(20, "alert"), Mark(35, "ping")), "open", 40)
OBSERVED = Timeline((Mark(15, "ping"),), "ended", 15)
COUNTDOWN = tuple(f'"{n}\\n"' for n in (5, 4, 3, 2, 1))
SPREAD = Timeline(tuple(Mark(at, label) for at, label in enumerate(COUNTDOWN)), "ended", 4)
BUFFERED = Timeline(tuple(Mark(4, label) for label in COUNTDOWN), "ended", 4)
MINUTE = Timeline(tuple(Mark(n, f'"{n}\\n"') for n in range(60)), "ended", 60)


def test_a_timeline_survives_json() -> None:
    line = Timeline((Mark(0.25, "ping"), Mark(1, '"a"', 1, "a")), "truncated", 1.5)

    assert Timeline.from_json(json.loads(json.dumps(line.to_json()))) == line
    assert line.to_json() == {
        "state": "truncated",
        "until": 1.5,
        "marks": [{"at": 0.25, "label": "ping"}, {"at": 1, "label": '"a"', "size": 1, "data": "a"}],
    }


def test_two_rows_share_one_scale() -> None:
    assert draw({"expected": EXPECTED, "observed": OBSERVED}, width=60) == "\n".join(
        [
            "expected   |··············:····#··············:····>",
            "observed   |··············:|",
            "           0              15   20             35   40 s",
            "           : ping   # alert   > still open   | end of stream",
        ]
    )


def test_the_legend_stands_beside_the_rows_where_there_is_room() -> None:
    drawn = draw({"observed": OBSERVED}, width=90).split("\n")

    assert len(drawn) == 2
    assert drawn[0].endswith("|   : ping   | end of stream")


def test_a_scale_of_its_own_for_each_row_on_request() -> None:
    apart = draw({"a": EXPECTED, "b": OBSERVED}, compare=False)

    assert "40 s" in apart
    assert "15 s" in apart


def test_five_chunks_in_one_instant_look_different_from_five_spread_ones() -> None:
    spread, buffered, *_ = draw({"expected": SPREAD, "observed": BUFFERED}).split("\n")

    assert [char for char in spread if char in "#o*@%"] == ["#", "o", "*", "@", "%"]
    assert buffered.endswith("5|")
    assert "5 chunks at once" in draw({"observed": BUFFERED})


def test_a_long_count_is_written_out() -> None:
    sixty = Timeline(tuple(Mark(2, '"x"') for _ in range(60)), "ended", 2)

    assert "60|" in draw({"observed": sixty})
    assert "60 chunks at once" in draw({"observed": sixty})


def test_a_long_count_without_room_is_said_in_the_legend() -> None:
    crowd = tuple(Mark(at, "ping") for at in (1, 1.02) for _ in range(12))
    drawn = draw({"observed": Timeline((*crowd, Mark(1.06, "ping")), "ended", 2)}, width=60)

    assert "several, close together" in drawn or "10 or more at once" in drawn


def test_a_long_regular_run_is_drawn_evenly() -> None:
    wide = draw({"run": MINUTE}, width=100).split("\n")[0]
    narrow = draw({"run": MINUTE}, width=40)

    assert "|" + "#" * 60 + "|" in wide
    assert "=" * 15 in narrow
    assert "= several, close together" in narrow


def test_labels_that_are_too_many_share_a_symbol_by_kind() -> None:
    assert "# chunk" in draw({"run": MINUTE}, width=100)


def test_a_number_is_no_count() -> None:
    items = Timeline((Mark(0, "0"), Mark(1, "1"), Mark(2, "2"), Mark(2, "3")), "ended", 2)

    assert "# item 0   o item 1   2 items at once" in draw({"observed": items}, width=80)


def test_the_texts_of_a_generator_are_items_beside_its_other_items() -> None:
    mixed = Timeline(tuple(Mark(n, label) for n, label in enumerate(['"a"', '"b"', '"c"', '"d"', "[]", "()"])))

    assert "# item   >" in draw({"observed": mixed}, width=80)


def test_rows_that_look_the_same_are_alike() -> None:
    late = Timeline((*EXPECTED.marks[:-1], Mark(EXPECTED.marks[-1].at + 0.01, EXPECTED.marks[-1].label)), "open", 40)

    assert alike({"expected": EXPECTED, "observed": late})
    assert not alike({"expected": EXPECTED, "observed": OBSERVED})
    assert not alike({"observed": OBSERVED})


def test_every_symbol_in_a_row_is_in_the_legend() -> None:
    for rows in ({"a": EXPECTED, "b": OBSERVED}, {"a": SPREAD, "b": BUFFERED}, {"a": MINUTE}, {"a": Timeline()}):
        lines = draw(rows, width=72).split("\n")
        drawn = "".join(line.split()[1].removeprefix("|") for line in lines[: len(rows)])
        legend = "\n".join([line.split("   ", 2)[-1] for line in lines[: len(rows)]] + lines[len(rows) :])
        for symbol in set(drawn) - {"·"}:
            assert re.search(rf"(   |^){re.escape(symbol)} [a-z\"]", legend, re.MULTILINE), (symbol, lines)


@pytest.mark.parametrize("state", ["open", "ended", "truncated", "left"])
def test_the_four_ends_look_different_and_are_named(state: str) -> None:
    names = {"open": "> still open", "ended": "| end of stream", "truncated": "x cut off", "left": "< client left"}
    line = Timeline((Mark(1, "ping"),), state, 2)  # type: ignore[arg-type]

    assert names[state] in draw({"observed": line})
    assert names[state][2:] in words(line)
    assert draw({"observed": line}).split("\n")[0].endswith(names[state][0])


def test_an_arrival_at_time_zero_does_not_hide_the_start() -> None:
    assert draw({"observed": BUFFERED, "expected": SPREAD}).split("\n")[1].startswith("expected   |#·")


@pytest.mark.parametrize("rows", [{}, {"observed": Timeline()}, {"a": Timeline(), "b": Timeline((), "left", 3)}])
def test_an_empty_timeline_can_be_drawn(rows: dict[str, Timeline]) -> None:
    assert isinstance(draw(rows), str)
    assert svg(rows).startswith("<svg")


def test_everything_at_time_zero_can_be_drawn() -> None:
    line = Timeline((Mark(0, '"a"'), Mark(0, '"b"')), "ended", 0)

    assert draw({"observed": line}).split("\n")[:2] == ["observed   |2|", "            0 s"]


SPANS = [1e-6, 25e-6, 3e-4, 0.002, 0.04, 0.5, 1.5, 12, 75, 130, 600, 3600, 7200, 86400, 1e6]


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("count", [0, 3, 13, 200])
def test_tick_labels_never_collide_and_lines_never_overflow(span: float, width: int, count: int) -> None:
    line = Timeline(tuple(Mark(span * n / count, "ping") for n in range(count)), "ended", span)
    lines = draw({"expected": line, "observed": line}, width=width).split("\n")
    axis = lines[2].split()

    assert max(map(len, lines)) <= width
    assert axis[-1] in {"µs", "ms", "s", "min", "h"}
    numbers = [float(label) for label in axis[:-1]]
    assert numbers == sorted(set(numbers))
    assert all("e" not in label for label in axis[:-1])
    assert len(numbers) >= 2


@pytest.mark.parametrize(
    ("span", "last"),
    [(25e-6, "25 µs"), (0.002, "2 ms"), (0.5, "0.5 s"), (90, "90 s"), (900, "15 min"), (7200, "2 h"), (905, "905 s")],
)
def test_the_unit_suits_the_span(span: float, last: str) -> None:
    assert draw({"observed": Timeline((), "ended", span)}).split("\n")[1].endswith(last)


def test_a_tick_begins_under_its_mark() -> None:
    row, axis, *_ = draw({"observed": EXPECTED}).split("\n")

    assert row.index("#") == axis.index("20")


def test_names_that_are_too_long_are_cut_and_rows_stay_aligned() -> None:
    first, second, *_ = draw({"a" * 80: EXPECTED, "b": OBSERVED}, width=40).split("\n")

    assert first.index("|") == second.index("|")
    assert "…" in first


def test_words_say_what_arrived_and_when() -> None:
    line = Timeline((Mark(15, "ping"), Mark(20, "alert")), "ended", 20)

    assert words(line) == "ping 15 s · alert 20 s · end of stream 20 s"


def test_words_can_leave_out_that_a_stream_is_open() -> None:
    assert words(EXPECTED) == "ping 15 s · alert 20 s · ping 35 s · still open at 40 s"
    assert words(EXPECTED, say_open=False) == "ping 15 s · alert 20 s · ping 35 s"


def test_words_for_silence() -> None:
    assert words(Timeline()) == "nothing"
    assert words(Timeline((), "open", 40)) == "nothing until 40 s"
    assert words(Timeline((), "left", 3.5)) == "nothing · client left 3.5 s"


def test_words_say_together_what_came_together() -> None:
    assert words(BUFFERED) == '"5\\n", "4\\n", "3\\n", "2\\n", "1\\n" all at 4 s · end of stream 4 s'
    assert words(Timeline((Mark(1, "ping"), Mark(1, "ping")), "open", 2), say_open=False) == "2 × ping at 1 s"
    many = Timeline(tuple(Mark(4, f'"{n}"') for n in range(60)), "ended", 4)
    assert words(many) == "60 chunks at once at 4 s · end of stream 4 s"


def test_words_shorten_a_long_run() -> None:
    assert words(MINUTE) == "60 chunks, 0 s to 59 s, 1 s apart · end of stream 60 s"


def test_words_shorten_what_is_irregular_too() -> None:
    line = Timeline(tuple(Mark(n**3, f"event e{n}") for n in range(30)), "open", 30_000)

    assert "more" in words(line)
    assert len(words(line)) < 250


def test_a_measured_run_is_about_regular() -> None:
    line = Timeline(tuple(Mark(n * 0.25 + n % 3 * 0.004, '"x"') for n in range(9)), "ended", 2.1)

    assert "about 0.25 s apart" in words(line)


@pytest.mark.parametrize(
    ("at", "said"),
    [(14.9999999, "15 s"), (0.1 + 0.2, "0.3 s"), (0.25, "0.25 s"), (15.0005, "15.0005 s"), (1.0023456, "1.002 s")],
)
def test_times_are_the_shortest_exact_decimal(at: float, said: str) -> None:
    assert words(Timeline((Mark(at, "ping"),), "open", 20), say_open=False) == f"ping {said}"


def test_a_long_label_is_shortened_and_its_quote_closed() -> None:
    line = Timeline((Mark(1, '"' + "station,time," * 30 + '"'),), "ended", 1)

    assert words(line).startswith('"station,time,station,…" 1 s')


def test_nothing_in_a_label_can_steer_a_terminal() -> None:
    line = Timeline((Mark(1, "\x1b[31m\n"),), "ended", 1)

    for text in (words(line), draw({"observed": line}), svg({"observed": line})):
        assert "\x1b" not in text
        assert "\\x1b" in text


def test_marks_out_of_order_are_drawn_in_order() -> None:
    mixed = Timeline(tuple(reversed(EXPECTED.marks)), "open", 40)

    assert draw({"a": mixed}) == draw({"a": EXPECTED})
    assert words(mixed) == words(EXPECTED)


def test_an_arrival_is_called_what_the_site_calls_it() -> None:
    """tests/browser/js reads the same file."""
    names = json.loads(Path(__file__).with_name("data").joinpath("names.json").read_text("utf-8"))
    for entry in names["arrivals"]:
        item = Comment(entry["comment"]) if "comment" in entry else Event(type=entry["type"])
        assert of_event(0, item).label == entry["name"]
    assert names["ends"] == {state: said for state, (_, said) in ENDS.items() if state != "open"}
