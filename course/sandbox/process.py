"""One judging process, seen from the parent: started, asked once, read, and never left behind."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 45.0  # seconds without a record; the child cuts itself off long before that
GLANCE = 0.5  # seconds between two looks whether a silent child is still there


class Process:
    """
    A child that has imported what judging needs and waits for its one job.

    `records()` yields what it says and stops when it ends, for whatever reason. `returncode`, `stack`
    and `output` then tell how. `kill()` takes the processes that the submission started along.
    """

    def __init__(self, root: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        self._records: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.hung = False
        with (Path(self._folder.name) / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-u", "-m", "course.sandbox.child", self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=root,
                env={**os.environ, "COURSE_ROOT": str(root), "PYTHONPATH": _python_path()},
                # A group of its own: Ctrl+C in the terminal reaches the parent alone, which then kills the group.
                start_new_session=os.name == "posix",
            )
        self._reader = threading.Thread(target=self._read, name="course: read verdicts", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    def ask(self, job: dict[str, Any]) -> None:
        """Send the one job. A child that is gone already shows in `records()`."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            pass

    def records(self) -> Iterator[dict[str, Any]]:
        silent = 0.0
        while True:
            try:
                record = self._records.get(timeout=GLANCE)
            except queue.Empty:
                silent += GLANCE
                if self.returncode is not None:
                    return  # a process that the submission started holds the pipe open
                if silent >= PATIENCE:
                    self.hung = True
                    self.kill()
                continue
            if record is None:
                self._process.wait()
                return
            silent = 0.0
            yield record
            if record["type"] in ("end", "broken"):
                return

    def stack(self) -> str:
        return self._text("stack")

    def output(self, last: int = 20_000) -> str:
        return self._text("output")[-last:]

    def kill(self) -> None:
        """End the child and its group now; harmless when it has ended."""
        try:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except (ProcessLookupError, PermissionError):
            pass
        self._process.wait()

    def close(self) -> None:
        """Kill it and clear up its files."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                pass
        self._folder.cleanup()

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue  # a submission found the pipe and wrote into it
                if isinstance(record, dict) and "type" in record:
                    self._records.put(record)
        except (OSError, ValueError):
            pass  # closed under us
        self._records.put(None)

    def _text(self, name: str) -> str:
        try:
            return (Path(self._folder.name) / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def _python_path() -> str:
    """The child finds the same `course` package as we do, installed or not."""
    ours = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH")]))
