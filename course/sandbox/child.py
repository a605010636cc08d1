"""
The process that runs what learners wrote: `python -m course.sandbox.child FOLDER`.

It imports what submissions need, waits for one job as a JSON line on stdin, and answers with NDJSON
records on stdout. `FOLDER/output` gets whatever the submission prints, `FOLDER/stack` the lines it
was in when it crashed or hung. It ends when its parent does, and never outlives its job.
"""

import dataclasses
import faulthandler
import importlib
import json
import os
import sys
import threading
import traceback
from os import _exit  # kept: while a criterion is checked, os._exit is not what it was
from pathlib import Path
from typing import Any, BinaryIO

from course.sandbox.death import stumbled
from course.sandbox.limits import Limits

US = os.getpid()
SHOWN_OUTPUT = 20_000  # bytes of print output that one verdict carries


def main(folder: Path) -> None:
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    stack = (folder / "stack").open("wb", buffering=0)
    _warm_up()
    faulthandler.enable(file=stack)
    _send(answers, {"type": "ready"})
    job = _job()
    if job is not None:
        limits = Limits(**job["limits"])
        _swap_descriptors(folder)
        limits.apply()
        try:
            _run(job, limits, answers, stack, folder)
        except Exception:  # a fault of the course, never of the learner: judging does not raise for those
            _send(answers, {"type": "broken", "text": traceback.format_exc()})
    _exit(0)  # threads that the submission left behind must not hold the process


def _run(job: dict[str, Any], limits: Limits, answers: BinaryIO, stack: BinaryIO, folder: Path) -> None:
    from course.catalog import Catalog
    from course.grader import BrokenGrader, Judgement

    catalog = Catalog()
    for place, submission in enumerate(job["submissions"]):
        entry, only = catalog.entry(submission["exercise"]), submission.get("only")
        _send(answers, {"type": "start", "submission": place, "exercise": entry.id})
        judgement = Judgement(entry, Path(submission["path"]), passed=submission.get("passed", ()))
        for criterion in judgement.criteria:
            if only is not None and criterion.name not in only:
                continue
            _send(answers, {"type": "criterion", "exercise": entry.id, "criterion": criterion.name})
            printed = os.fstat(1).st_size
            patience = limits.live_seconds if criterion.live else limits.seconds
            faulthandler.dump_traceback_later(patience, exit=True, file=stack)
            if criterion.live and not job["live"]:
                verdict = judgement.leave_out(criterion, "it needs a real server, which was left out")
            else:
                try:
                    verdict = judgement.check(criterion)
                except BrokenGrader as error:
                    verdict = stumbled(catalog, entry, judgement.path, criterion.name, error)
            faulthandler.cancel_dump_traceback_later()
            verdict = dataclasses.replace(verdict, output=verdict.output or _printed(folder, printed))
            _send(answers, {"type": "verdict", "verdict": verdict.to_json()})
    _send(answers, {"type": "end"})


def _warm_up() -> None:
    """Import what nearly every submission imports: it is most of the time that a verdict takes."""
    for name in ("course.grader", "fastapi.responses", "httpx2", "uvicorn"):
        importlib.import_module(name)


def _job() -> dict[str, Any] | None:
    """The one line on stdin; None when the parent went away instead."""
    line = bytearray()
    while not line.endswith(b"\n"):
        if not (some := os.read(0, 65536)):
            return None
        line += some
    job: dict[str, Any] = json.loads(line)
    return job


def _swap_descriptors(folder: Path) -> None:
    """The submission gets an empty stdin and a file for its prints; the pipes stay with us."""
    parent = os.dup(0)
    threading.Thread(target=_end_with_parent, args=(parent,), name="course: end with parent", daemon=True).start()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(folder / "output", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)


def _end_with_parent(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    _exit(1)


def _printed(folder: Path, start: int) -> str:
    sys.stdout.flush()
    sys.stderr.flush()
    size = os.fstat(1).st_size - start
    if size <= 0:
        return ""
    with (folder / "output").open("rb") as file:
        file.seek(start)
        text = file.read(SHOWN_OUTPUT).decode("utf-8", "replace")
    return text if size <= SHOWN_OUTPUT else f"{text}\n… and {size - SHOWN_OUTPUT} bytes more"


def _send(answers: BinaryIO, record: dict[str, Any]) -> None:
    if os.getpid() != US:  # a submission forked, and this is the copy: it has nothing to say
        _exit(0)
    answers.write(json.dumps(record).encode() + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
