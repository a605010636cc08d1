"""The mutation test of the graders: which faults are made, which of them survive, and which are listed as none."""

from textwrap import dedent
from typing import Any

import pytest

from course.catalog import Catalog, Entry
from course.grader.mutants.__main__ import main
from course.grader.mutants.equivalent import equivalents
from course.grader.mutants.faults import faults, touched
from course.grader.mutants.survivors import answers, faults_of

ENTRIES = Catalog().entries()

# One line of a program, the kind of a fault in it, and what the line becomes (a bar: a line of its own).
ONE_EACH = [
    ("total += 1", "a statement less", "pass"),
    ("total += 1", "an operator turned", "total -= 1"),
    ("total = 2 * 60", "an operator turned", "total = 2 / 60"),
    ("total = -60", "a sign less", "total = 60"),
    ("total = 60", "a constant moved", "total = 61"),
    ("total = 60", "a constant moved", "total = 59"),
    ("total = True", "True for False", "total = False"),
    ("total = 'days'", "a text emptied", "total = ''"),
    ("total = 'days'", "a text changed", "total = 'days?'"),
    ("total = f'é {n:02} days'", "a text emptied", "total = f'é {n:02}'"),
    ("total = f'é {n:02} days'", "a text changed", "total = f'é {n:02} days?'"),
    ("total = f'é {n:02} days'", "a format gone", "total = f'é {n} days'"),
    ("if n < 1: pass", "a condition turned", "if not (n < 1): pass"),
    ("if n < 1: pass", "a condition gone", "if True: pass"),
    ("if n < 1: pass", "a border moved", "if n <= 1: pass"),
    ("if n not in (1, 2): pass", "a border moved", "if n in (1, 2): pass"),
    ("if n and not m: pass", "half of a condition", "if n: pass"),
    ("if n and not m: pass", "and for or", "if n or not m: pass"),
    ("for i in range(n): use(i)", "a border moved", "for i in range(n + 1): use(i)"),
    ("while n: break", "break for continue", "while n: continue"),
    ("while n: continue", "continue for break", "while n: break"),
    ("while True: yield n", "an end after a thousand", "for _ in range(1000): yield n"),
    ("use(n, size=3)", "an argument less", "use(n)"),
    ("use(n, size=3)", "an argument less", "use(size=3)"),
    ("m = n.strip()", "a call less", "m = n"),
    ("m = n.isdecimal()", "a method's neighbour", "m = n.isdigit()"),
    ("m = {'X-Station': n, 'Cache-Control': m}", "an entry less", "m = {'X-Station': n}"),
    ("def inner(size=64): pass", "a default less", "def inner(size): pass"),
    ("@use|def inner(size): pass", "a decorator less", "|def inner(size): pass"),
    ("def inner(size): pass", "async def for def", "async def inner(size): pass"),
    ("async def inner(size): pass", "def for async def", "def inner(size): pass"),
    ("await n", "an await less", "n"),
    ("await asyncio.sleep(n)", "the loop blocked", "__import__('time').sleep(n)"),
    ("m = await asyncio.to_thread(use, n)", "the loop blocked", "m = use(n)"),
    ("await n|yield m", "two statements swapped", "yield m|await n"),
    ("yield n", "return for yield", "return n"),
    ("yield n", "what is false is dropped", "if given := (n): yield given"),
    ("for each in n: yield each", "all of it at once", "for each in list(n): yield each"),
    ("async for each in n: use(each)", "all of it at once", "for each in [each async for each in n]: use(each)"),
    ("use(m for m in n)", "all of it at once", "use([m for m in n])"),
    (
        "while chunk := n.read(m): yield chunk",
        "all of it at once",
        "for chunk in list(__import__('itertools').takewhile(bool, iter(lambda: n.read(m), ...))): yield chunk",
    ),
    ("try: use(n)|finally: n.close()", "no clean-up", "try: use(n)|finally: pass"),
    ("try: use(n)|finally: n.close()", "clean-up when nothing went wrong", "if True: use(n)|if True: n.close()"),
    ("try: use(n)|finally: n.close()", "clean-up after an error only", "try: use(n)|except Exception: n.close()"),
    ("with open(n) as m: use(m)", "a with that never closes", "if [(m := (open(n)).__enter__())]: use(m)"),
    ("with use(n): use(m)", "a with less", "if True: use(m)"),
    ("try: use(n)|except ValueError: pass", "an error not caught", "try: use(n)|except (): pass"),
    ("try: use(n)|except ValueError: pass", "a wider except", "try: use(n)|except Exception: pass"),
    (
        "for each in n: yield each",
        "an error swallowed",
        "with __import__('contextlib').suppress(Exception):|    for each in n: yield each",
    ),
    (
        "for each in n: yield each",
        "one at a time",
        "async with globals().setdefault('lock', __import__('asyncio').Lock()):|    for each in n: yield each",
    ),
    ("total = n|yield m + total", "a local made global", "global total|total = n|yield m + total"),
    (
        "total = n",
        "the first value kept for all",
        "global total; total = globals()['total'] if 'total' in globals() else n",
    ),
    ("m = StreamingResponse(n())", "one stream for all", "m = StreamingResponse(globals().setdefault('kept', n()))"),
]


def program(lines: str) -> str:
    """An asynchronous function of `n` and `m` that has these lines."""
    return "async def steps(n, m):\n    " + lines.replace("|", "\n    ") + "\n"


@pytest.mark.parametrize(("line", "kind", "becomes"), ONE_EACH)
def test_a_fault_is_one_edit_and_leaves_the_rest_as_it_is(line: str, kind: str, becomes: str) -> None:
    made = [fault.text for fault in faults(program(line)) if fault.kind == kind]

    assert [line.rstrip() for line in program(becomes).splitlines()] in [
        [line.rstrip() for line in text.splitlines()] for text in made
    ]


def test_results_and_attributes_are_shared_too() -> None:
    text = "class Count:\n    def __init__(self):\n        self.n = 0\n\n\ndef first():\n    return Count()\n"

    made = {fault.kind: fault.text for fault in faults(text)}

    assert made["one attribute for all"] == text.replace("self.n", "Count.n")
    assert made["a result kept for all"] == text.replace("def first", "@__import__('functools').cache\ndef first")


def test_what_two_calls_can_never_share_is_left_alone() -> None:
    kinds = {fault.kind for fault in faults("def each(n: Iterable[int]):\n    for m in n:\n        yield m\n")}

    assert not {"a local made global", "a result kept for all"} & kinds


def test_every_kind_that_the_answers_meet_is_tried_here() -> None:
    tried = {kind for _, kind, _ in ONE_EACH} | {"one attribute for all", "a result kept for all"}

    made = {mutant.fault.kind for entry in ENTRIES for mutant in faults_of(answers(entry, approaches=False))}

    assert made - tried == set()


def test_words_types_and_what_runs_as_a_script_stay() -> None:
    text = dedent('''
        """A text of 60 words."""
        from time import sleep

        def rest(seconds: "float") -> "str":
            """Rest for 60 seconds."""
            # A minute has 60.
            raise ValueError(f"no rest for {seconds}", "at all")

        if __name__ == "__main__":
            rest(60)
    ''')

    touched_lines = {line for fault in faults(text) for line in fault.diff.splitlines() if line.startswith("-")}

    assert touched_lines <= {
        '- def rest(seconds: "float") -> "str":',
        '-     raise ValueError(f"no rest for {seconds}", "at all")',
    }
    assert not any(fault.kind.startswith("a text") for fault in faults(text))


def test_every_mutant_is_a_program_of_its_own_with_a_diff_of_its_own() -> None:
    for entry in ENTRIES:
        made = faults(entry.solution.read_text(encoding="utf-8"))

        assert len({fault.text for fault in made}) == len({fault.diff for fault in made}) == len(made)
        assert all(fault.diff for fault in made)


def test_the_learners_part_is_every_definition_in_which_something_differs() -> None:
    stub = "A = 1\n\n\n@use\ndef one(n=3):\n    # TODO: half.\n    return n\n\n\ndef two():\n    return 2\n"

    assert touched(stub, stub.replace("# TODO: half.\n    return n", "return n / 2")) == {4, 5, 6}


# --- judged -------------------------------------------------------------------------------------

LISTED = """
[[equivalent]]
reason = "The square of a number is the same tomorrow."
diffs = ['''
+ @__import__('functools').cache''']
"""


@pytest.fixture
def squares(small: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small course, for the command to find. Its 01.2 has one line to make faults in."""
    monkeypatch.setenv("COURSE_ROOT", str(small.root))
    small.write("tests/submissions/equivalent/01_dots/2_squares.toml", LISTED)
    return small


def grade_squares(small: Any, old: str, new: str) -> None:
    path = small.catalog.entry("01.2").grader
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_every_fault_is_killed_or_listed(squares: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["01.2"]) == 0
    assert "01.2 squares: 4 made · 3 killed · 1 equivalent · 0 survived" in capsys.readouterr().out


def test_a_criterion_that_sees_too_little_lets_a_fault_survive(
    squares: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    grade_squares(squares, 'expect(ex.square(3), "the square of 3").equals(9)', 'expect(ex.square(1), "1").equals(1)')

    assert main(["01.2"]) == 1

    assert (
        "✗ solution, line 11: an operator turned\n-     return number * number\n+     return number / number\n"
    ) in capsys.readouterr().out


def test_what_is_killed_but_listed_is_told(squares: Any, capsys: pytest.CaptureFixture[str]) -> None:
    grade_squares(
        squares, "    expect(", "    expect(hasattr(ex.square, 'cache_info'), 'it').equals(False)\n    expect("
    )

    assert main(["01.2"]) == 1
    assert "2_squares.toml: no survivor any more, solution\n+ @__import__" in capsys.readouterr().out


def test_an_answer_that_does_not_pass_proves_nothing(squares: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = squares.catalog.entry("01.2").solution
    path.write_text(path.read_text(encoding="utf-8").replace("number * number", "number * 2"), encoding="utf-8")

    assert main(["01.2"]) == 1
    assert "solution does not pass as it is" in capsys.readouterr().out


def test_a_list_without_a_reason_is_refused(squares: Any, capsys: pytest.CaptureFixture[str]) -> None:
    squares.write("tests/submissions/equivalent/01_dots/2_squares.toml", '[[equivalent]]\nreason = " "\ndiffs = []\n')

    assert main(["01.2"]) == 2
    assert "2_squares.toml needs a `reason`" in capsys.readouterr().err


def test_the_command_says_which_exercise_it_does_not_know(squares: Any) -> None:
    said = squares.run("-m", "course.grader.mutants", "01.9")

    assert said.returncode == 2
    assert "There is no exercise 01.9. Lesson 01 has 01.1 to 01.2." in said.stderr


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_what_is_listed_is_still_a_fault_of_its_answer(entry: Entry) -> None:
    listed = equivalents(entry)
    names = {each.answer for each in listed}
    texts = {name: text for name, text in answers(entry, approaches=True).items() if name in names}
    made = {mutant.key for mutant in faults_of(texts)}

    assert [each for each in listed if each not in made] == []
