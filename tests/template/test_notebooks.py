"""Notebooks are kept as they are before their first run, so that a diff shows what a person changed."""

import joblib
import nbformat
import numpy as np
import pandas as pd
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


def test_windows_of_a_series_with_decimals_stay_what_they_are(tmp_path):
    """The examples of the recipe `forecast`, of whatever series somebody puts in place of whole numbers."""
    [path] = [path for path in NOTEBOOKS if "recipe == 'forecast'" in path]
    *_, last = nbformat.read(ROOT / path, as_version=4).cells
    times = pd.date_range("2025-01-01", periods=3 * 7 * 24, freq="h")
    series = pd.Series(np.random.default_rng(0).random(len(times)), times, np.float32, "kWh")
    parts = dict.fromkeys(("model", "metrics"), 0) | dict.fromkeys(("train", "heldout"), np.zeros(3)) | {"widths": {"model": 0}}
    exec(last.source, parts | {"ROOT": tmp_path, "WINDOW": 48, "series": series, "np": np, "pd": pd, "joblib": joblib})
    for file in tmp_path.glob("examples/*.csv"):
        kept = pd.read_csv(file)["kWh"].to_numpy()
        assert any(np.allclose(series[end - 48 : end], kept, rtol=1e-6) for end in range(48, len(series) + 1)), file.name
    assert len(list(tmp_path.glob("examples/*.csv"))) == 3
