"""Lessons, solutions, stubs and approaches are well typed, whatever their files are called."""

from pathlib import Path

import pytest
from mypy import build
from mypy.modulefinder import BuildSource
from mypy.options import Options

from course.catalog import Catalog

ROOT = Catalog().root
FILES = [
    path
    for folder in ("lessons", "solutions", "tests/submissions/stubs", "tests/submissions/approaches")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.slow
def test_lessons_and_answers_type_check() -> None:
    # One run over all: sixteen modules called `app` need names of their own, which the command line cannot give.
    sources = [BuildSource(str(path), _module(path), None) for path in FILES]

    result = build.build(sources, _options())

    assert result.errors == []


def _module(path: Path) -> str:
    return "_".join(path.relative_to(ROOT).with_suffix("").parts)


def _options() -> Options:
    options = Options()
    options.python_version = (3, 11)
    options.namespace_packages = options.explicit_package_bases = True
    options.mypy_path = [str(ROOT)]
    options.cache_dir = str(ROOT / ".mypy_cache" / "lessons")
    options.check_untyped_defs = True
    options.ignore_missing_imports = True
    options.strict_optional = True
    return options
