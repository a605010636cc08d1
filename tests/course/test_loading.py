"""Files become modules by path; what cannot become one is told in a sentence."""

import sys
from pathlib import Path

import pytest

from course.loading import Unloadable, load, same_code


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "1_file.py"


def test_a_file_whose_name_begins_with_a_digit_becomes_a_module(file: Path) -> None:
    file.write_text("x = 1\n", encoding="utf-8")

    assert load(file).x == 1


def test_each_load_is_a_fresh_module(file: Path) -> None:
    file.write_text("made = []\n", encoding="utf-8")
    one, other = load(file), load(file)

    assert one is not other
    assert one.made is not other.made
    assert one.__name__ != other.__name__


def test_a_file_that_changed_within_the_second_is_read_again(file: Path) -> None:
    file.write_text("x = 1\n", encoding="utf-8")
    before = load(file).x
    file.write_text("x = 2\n", encoding="utf-8")

    assert (before, load(file).x) == (1, 2)


def test_dataclasses_with_string_annotations_find_their_module(file: Path) -> None:
    file.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Reading:\n    value: int = 3\n",
        encoding="utf-8",
    )
    assert load(file).Reading().value == 3


def test_nothing_is_written_beside_the_file(file: Path) -> None:
    file.write_text("x = 1\n", encoding="utf-8")
    load(file)

    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("source", "kind", "line", "text"),
    [
        (b"def f(:\n", "syntax", 1, "Python cannot read line 1"),
        (b"x = 1\nimport nothing_of_the_kind\n", "import", 2, "No module named 'nothing_of_the_kind'"),
        (b"x = 1\n\n1 / 0\n", "import", 3, "ZeroDivisionError"),
        (b"", "empty", None, "empty"),
        (b" \n\n", "empty", None, "empty"),
        (b"\x00\x01", "binary", None, "not Python text"),
        (b"x = '\xff'\n", "binary", None, "not UTF-8"),
        (b"import sys\nsys.exit('bye')\n", "exit", 2, "sys.exit"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    file: Path, source: bytes, kind: str, line: int | None, text: str
) -> None:
    file.write_bytes(source)
    with pytest.raises(Unloadable) as caught:
        load(file)

    assert (caught.value.kind, caught.value.line) == (kind, line)
    assert text in caught.value.text
    assert "Traceback" not in caught.value.text


def test_a_missing_file_is_told_by_its_name(file: Path) -> None:
    with pytest.raises(Unloadable, match=r"There is no file 1_file\.py") as caught:
        load(file)
    assert caught.value.kind == "missing"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Unloadable) as caught:
        load(tmp_path)
    assert caught.value.kind == "missing"


def test_a_module_that_failed_is_not_left_registered(file: Path) -> None:
    file.write_text("1 / 0\n", encoding="utf-8")
    before = set(sys.modules)
    with pytest.raises(Unloadable):
        load(file)

    assert not {name for name in set(sys.modules) - before if "1_file" in name}


def test_ctrl_c_while_loading_is_not_the_files_fault(file: Path) -> None:
    file.write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        load(file)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1\n", "x = 1\n", True),
        ("x = 1\n", "# a note\nx   =   1\n", True),
        ('"""One."""\nx = 1\n', '"""Other."""\nx = 1\n', True),
        ("def f():\n    '''One.'''\n    return 1\n", "def f():\n    return 1\n", True),
        ("x = 1\n", "x = 2\n", False),
        ("x = 1\n", "y = 1\n", False),
        ("x = 'a'\n", "x = b'a'\n", False),
        ("def f(:\n", "def f(:\n", True),
        ("def f(:\n", "def g(:\n", False),
        ("", "x = 1\n", False),
    ],
)
def test_same_code_looks_at_what_the_code_does(tmp_path: Path, one: str, other: str, same: bool) -> None:
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    a.write_text(one, encoding="utf-8")
    b.write_text(other, encoding="utf-8")

    assert same_code(a, b) is same


def test_a_missing_file_has_the_same_code_as_none(tmp_path: Path) -> None:
    assert same_code(tmp_path / "a.py", tmp_path / "b.py") is False
