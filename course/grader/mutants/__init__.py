"""
A mutation test of the graders: single faults made by machine, each of which a grader must see.

`source` makes one edit in a text and leaves the rest as it is; `plain`, `streams` and `sharing` know
which edits are faults; `survivors` has them judged. `python -m course.grader.mutants 07.2` runs it.
"""
