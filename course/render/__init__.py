"""Verdicts as people read them: in a terminal and on a page, from the same record."""
