"""Every single fault of one answer: what kind it is, what the text becomes, and how it looks as a diff."""

import ast
import difflib
import warnings
from collections import Counter
from dataclasses import dataclass

from course.grader.mutants import plain, sharing, streams
from course.grader.mutants.source import Source

MAKERS = (
    plain.statements,
    plain.conditions,
    plain.constants,
    plain.calls,
    plain.definitions,
    streams.waiting,
    streams.buffering,
    streams.cleaning_up,
    streams.errors,
    sharing.locals_made_global,
    sharing.one_at_a_time,
    sharing.first_value_kept,
    sharing.attributes_of_the_class,
)


@dataclass(frozen=True)
class Fault:
    """An answer with one thing wrong."""

    kind: str
    line: int
    """Of the answer, where it begins."""
    text: str
    """All of the mutant."""
    diff: str
    """The lines that differ, with as many around them as tell it from every other fault of this answer."""


def faults(text: str) -> list[Fault]:
    """All single faults of `text` that compile and are not the same program, in the order of its lines."""
    source, found = Source(text), {_dumped(text): ("", 0, text)}
    for node in source.nodes():
        for maker in MAKERS:
            for kind, edits in maker(source, node):
                mutant = source.edited(edits)
                if (tree := _dumped(mutant)) is not None:
                    found.setdefault(tree, (kind, source.line(min(edits).start), mutant))
    made = sorted(list(found.values())[1:], key=lambda each: each[1])
    diffs = _distinct(text, [mutant for _, _, mutant in made])
    return [Fault(kind, line, mutant, diff) for (kind, line, mutant), diff in zip(made, diffs, strict=True)]


def touched(stub: str, text: str) -> set[int]:
    """The lines of `text` that are the learner's: of every definition in which something differs from the stub."""
    differing: set[int] = set()
    matcher = difflib.SequenceMatcher(None, stub.splitlines(), text.splitlines(), autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag != "equal":
            differing |= set(range(start + 1, end + 1)) or {start, start + 1}
    lines: set[int] = set()
    for node in ast.parse(text).body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        span = range(first, (node.end_lineno or first) + 1)
        if differing & set(span):
            lines |= set(span)
    return lines


def _dumped(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(text, "mutant", "exec", dont_inherit=True)
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def _distinct(text: str, mutants: list[str]) -> list[str]:
    """Their diffs, each with as few lines around it as make it the only one."""
    diffs = dict.fromkeys(mutants, "")
    for around in range(len(text.splitlines())):
        for mutant in [mutant for mutant, diff in diffs.items() if not diff]:
            diffs[mutant] = _diff(text, mutant, around)
        counts = Counter(diffs.values())
        if len(counts) == len(diffs):
            break
        diffs = {mutant: diff if counts[diff] == 1 else "" for mutant, diff in diffs.items()}
    return list(diffs.values())


def _diff(text: str, mutant: str, around: int) -> str:
    """The lines that differ by more than how far in they stand."""
    old, new = text.splitlines(), mutant.splitlines()
    matcher = difflib.SequenceMatcher(None, [line.strip() for line in old], [line.strip() for line in new], False)
    shown = []
    for group in matcher.get_grouped_opcodes(around):
        for tag, first, last, start, end in group:
            if tag == "equal":
                shown += [f"  {line}" for line in old[first:last]]
            else:
                shown += [f"- {line}" for line in old[first:last]] + [f"+ {line}" for line in new[start:end]]
    return "\n".join(line.rstrip() for line in shown if line.strip())
