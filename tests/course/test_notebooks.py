"""Notebooks are committed with their outputs, and still run."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course.catalog import Catalog

NOTEBOOKS = [pytest.param(lesson.notebook, id=lesson.id) for lesson in Catalog().lessons if lesson.notebook.is_file()]


def code_cells(path: Path) -> list[dict[str, object]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_is_committed_as_it_ran_from_top_to_bottom(path: Path) -> None:
    counts = [cell["execution_count"] for cell in code_cells(path)]

    assert counts == list(range(1, len(counts) + 1)), "restart the kernel, run all cells, save"
    assert any(cell["outputs"] for cell in code_cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_no_output_of_a_notebook_is_an_error_or_a_warning(path: Path) -> None:
    outputs = [output for cell in code_cells(path) for output in cell["outputs"]]  # type: ignore[attr-defined]

    assert [output["ename"] for output in outputs if output["output_type"] == "error"] == []
    assert ["".join(output["text"]) for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_picture_in_a_notebook_has_words_beside_it(path: Path) -> None:
    drawn = [
        "".join(cell["source"])[:60]  # type: ignore[arg-type]
        for cell in code_cells(path)
        for output in cell["outputs"]  # type: ignore[attr-defined]
        if "image/png" in output.get("data", {}) or "image/svg+xml" in output.get("data", {})
        if not cell["metadata"].get("alt")  # type: ignore[attr-defined]
    ]

    assert drawn == [], 'give these cells the metadata {"alt": "what the picture shows"}'


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_runs_as_it_is(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    kinds = [_kinds(cell["outputs"]) for cell in code_cells(path)]

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()

    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert [_kinds(cell.outputs) for cell in ran] == kinds, "the outputs that are committed are of another kind"


def _kinds(outputs: object) -> list[list[str]]:
    return [sorted(output.get("data", {output["output_type"]: 0})) for output in outputs]  # type: ignore[attr-defined]
