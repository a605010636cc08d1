"""Chunk by Chunk: the toolkit of the course. It runs, watches and judges streaming servers."""

__version__ = "0.1.0"
