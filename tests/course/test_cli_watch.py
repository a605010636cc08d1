"""Watch mode on a terminal of its own: saved file in, verdict out; one key each; nothing left behind."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

from course.cli.watching import Watch

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a thing of POSIX", allow_module_level=True)

import fcntl
import pty
import struct
import termios

RIGHT = "def dots(count):\n    yield from '.' * count\n"
WRONG = "def dots(count):\n    return iter(['.' * count])\n    pass\n"


class Terminal:
    """A `course` that believes in its terminal, and what it has shown so far."""

    def __init__(self, small: Any, *words: str, columns: int = 80) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**small.environment(), "TERM": "xterm", "COLUMNS": str(columns)},
            preexec_fn=self._own_terminal,
        )

    def _own_terminal(self) -> None:
        # What a script in the background or nohup had it ignore, a terminal's own program listens to.
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def sees(self, text: str, within: float = 60.0) -> str:
        """Wait until `text` is shown, and forget what came before it: that is returned."""
        began = monotonic()
        while text not in self.shown:
            left = began + within - monotonic()
            ready, _, _ = select.select([self.master], [], [], max(0, left))
            assert ready, f"{text!r} did not show; this did:\n{self.shown}"
            try:
                more = os.read(self.master, 65536)
            except OSError:
                more = b""
            assert more, f"it ended without {text!r}; it showed:\n{self.shown}"
            self.shown += re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", more.decode("utf-8", "replace")).replace("\r", "")
        before, _, self.shown = self.shown.partition(text)
        return before

    def press(self, key: str) -> None:
        os.write(self.master, key.encode())

    def ended(self) -> int:
        """Its exit code, once all that it wrote is drained."""
        while self.process.poll() is None:
            if select.select([self.master], [], [], 0.05)[0]:
                self.shown += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.process.returncode


@pytest.fixture
def terminal(small: Any) -> Iterator[Any]:
    opened: list[Terminal] = []

    def start(*words: str, columns: int = 80) -> Terminal:
        opened.append(Terminal(small, *words, columns=columns))
        return opened[-1]

    yield start
    for one in opened:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        os.close(one.master)
        os.close(one.slave)


def test_it_begins_with_the_brief_of_the_current_exercise(terminal: Any) -> None:
    course = terminal()
    course.sees("01.1 dots · not started")
    course.sees("Send the dots one by one.")
    course.sees("exercises/01_dots/1_dots.py")
    course.sees("n next   h hint   t trace   l list   r reset   q quit")


def test_a_saved_file_is_judged_and_success_does_not_jump_ahead(terminal: Any, small: Any) -> None:
    course = terminal()
    course.sees("q quit")
    small.answer(WRONG)
    course.sees("checking 01.1 …")
    course.sees("01.1 dots · not yet (1 of 3)")
    course.sees("All dots came glued together.")
    course.sees("q quit")
    small.answer(RIGHT)
    course.sees("01.1 dots · passed (3 of 3)")
    course.sees("When you are ready: n")
    course.press("n")
    course.sees("01.2 squares · not started")


def test_the_exercise_that_is_saved_becomes_the_current_one(terminal: Any, small: Any) -> None:
    course = terminal()
    course.sees("q quit")
    small.write("exercises/01_dots/2_squares.py", "def square(number):\n    return number * number\n")
    course.sees("01.2 squares · passed")


def test_it_continues_where_the_learner_stands(terminal: Any, small: Any) -> None:
    small.write("exercises/01_dots/2_squares.py", "def square(number):\n    return 1\n")
    small.course("check", "01.2")
    course = terminal()
    course.sees("01.2 squares · not yet")


def test_hints_and_the_list_are_a_key_away(terminal: Any) -> None:
    course = terminal()
    course.sees("q quit")
    course.press("h")
    course.sees("hint 1 of 3\n\nNudge.")
    course.press("H")
    course.sees("Closer.")
    course.press("l")
    course.sees("01.2  · not started   squares")


def test_reset_asks_first_and_keeps_a_copy(terminal: Any, small: Any) -> None:
    small.answer(WRONG)
    course = terminal()
    course.sees("not yet")
    course.press("r")
    course.sees("y yes   n no")
    course.press("n")
    course.sees("not yet")
    assert small.dots.path.read_text() == WRONG
    course.press("r")
    course.sees("y yes   n no")
    course.press("y")
    course.sees("Yours is kept in .course/backups/01_dots/1_dots-")
    assert small.dots.path.read_bytes() == small.dots.stub.read_bytes()


def test_arrow_keys_and_unknown_keys_do_nothing(terminal: Any) -> None:
    course = terminal()
    course.sees("q quit")
    for key in ("\x1b[A", "\x1b[1;5C", "x", "é", "\t"):
        course.press(key)
    course.press("h")
    course.sees("hint 1 of 3")


def test_a_key_is_answered_while_an_endless_exercise_is_judged(terminal: Any, small: Any) -> None:
    small.answer("import itertools\nsum(itertools.count())\n")
    course = terminal()
    course.sees("checking 01.1 …")
    course.press("h")
    assert "not yet" not in course.sees("hint 1 of 3"), "not after the verdict"
    small.answer(RIGHT)
    assert "not yet" not in course.sees("01.1 dots · passed (3 of 3)"), "nobody waits for a verdict on what was"


@pytest.mark.parametrize("how", ["q", "\x03", "hangup"])
def test_it_ends_at_once_and_leaves_the_terminal_as_it_was(terminal: Any, small: Any, how: str) -> None:
    small.answer("import itertools\nsum(itertools.count())\n")
    course = terminal()
    course.sees("checking 01.1 …")
    if how == "hangup":
        course.process.send_signal(signal.SIGHUP)
    else:
        course.press(how)
    code = course.ended()

    assert "Traceback" not in course.shown
    if how != "hangup":
        assert code == 0
        assert termios.tcgetattr(course.slave) == course.before


def test_a_broken_progress_file_is_said_on_the_screen(terminal: Any, small: Any) -> None:
    small.write(".course/progress.json", "{")
    course = terminal()
    course.sees("progress starts anew")
    course.sees("q quit")


def test_a_narrow_terminal_will_do(terminal: Any, small: Any) -> None:
    small.answer(WRONG)
    course = terminal(columns=40)
    course.sees("✗ failed")
    course.sees("q quit")


def test_exercises_that_were_away_for_a_moment_are_watched_when_they_are_back(terminal: Any, small: Any) -> None:
    course = terminal()
    course.sees("q quit")
    (small.root / "exercises").rename(small.root / "away")
    (small.root / "exercises/deep").mkdir(parents=True)
    (small.root / "exercises/deep").rmdir()
    (small.root / "exercises").rmdir()
    (small.root / "away").rename(small.root / "exercises")
    small.answer(RIGHT)
    course.sees("01.1 dots · passed (3 of 3)")


def test_an_exercise_that_is_a_link_is_watched(terminal: Any, small: Any) -> None:
    elsewhere = small.write("elsewhere/mine.py", WRONG)
    small.dots.path.unlink()
    small.dots.path.symlink_to(elsewhere)
    course = terminal()
    course.sees("not yet (1 of 3)")
    elsewhere.write_text(RIGHT)
    course.sees("01.1 dots · passed (3 of 3)")


def test_judging_that_fails_is_said_instead_of_checking_for_ever(small: Any) -> None:
    def scarce() -> Iterator[Any]:
        raise OSError(24, "Too many open files")
        yield

    class Scarce:
        catalog = small.catalog

        def cancel(self) -> None:
            pass

        def grade_apart(self, *_: Any, **__: Any) -> Any:
            raise OSError(24, "Too many open files")

    watch: Any = Watch(small.catalog, None, Scarce(), None, small.dots, [])  # type: ignore[arg-type]
    said = "judging stopped: OSError: [Errno 24] Too many open files\nEnter tries again."
    watch._judge(7, scarce())
    assert watch._results.get_nowait() == (7, said)
    watch.judge()
    assert watch._results.get_nowait() == (1, said)


def test_without_a_terminal_it_says_what_to_type(small: Any) -> None:
    said = small.course()

    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("needs a terminal for its keys.\nTry: course check 01.1\n")


def test_check_names_its_wait_on_a_terminal_and_clears_it(terminal: Any, small: Any) -> None:
    small.answer(RIGHT)
    course = terminal("check", "01.1")
    course.sees("checking 01.1 …")
    course.sees("01.1 dots · passed (3 of 3)")
    assert course.ended() == 0
