"""Notebooks are kept as they are before their first run, so that a diff shows what a person changed."""

import nbformat
import pytest

from paths import ROOT
from template_copy import tracked

NOTEBOOKS = [path for path in tracked(ROOT) if path.endswith(".ipynb")]


def test_there_is_one():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_notebook_is_clean(path):
    notebook = nbformat.read(ROOT / path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5), "cells need ids"
    if "notebook_site" in path:  # runs in the browser, beside any recipe
        assert notebook.metadata.kernelspec.name == "python"
    else:
        assert notebook.metadata.kernelspec.name == "python3"
        assert f"recipe == '{notebook.metadata.mlweb.recipe}'" in path, "poe check compares the recipe with the answers"
    assert "version" not in notebook.metadata.get("language_info", {}), "the version of whoever ran it last"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, f"{cell.id} has been run: clear its output"
            assert cell.source.strip(), f"{cell.id} is empty"
