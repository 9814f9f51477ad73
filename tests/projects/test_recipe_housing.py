"""The recipe `housing` and its data: from scikit-learn's cache without a network, and one sentence where there is neither."""

import json

import copier
import nbformat
import pytest

import california_housing
from commands import git, poe

pytestmark = pytest.mark.slow

NOTEBOOK = "notebooks/train.ipynb"


@pytest.fixture(scope="module")
def home(source, tmp_path_factory):
    """A fresh project of this recipe."""
    home = tmp_path_factory.mktemp("housing") / "project"
    copier.run_copy(str(source), home, data={"recipe": "housing"}, defaults=True, quiet=True, unsafe=False)
    git(home, "init", "--quiet")
    return home


@pytest.fixture
def data_home(tmp_path, monkeypatch):
    """scikit-learn's data folder, empty, on a machine without a network: its proxy is a port where nobody listens."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(folder))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("UV_OFFLINE", "1")
    return folder


@pytest.fixture(autouse=True)
def installed(home):
    """The project's packages, while there still is a network."""
    poe(home, "--version")


@pytest.fixture
def beginning(home):
    """beginning(code) gives the notebook another first cell, for this test."""
    path = home / NOTEBOOK
    before = path.read_text(encoding="utf-8")

    def beginning(code: str) -> None:
        notebook = nbformat.reads(before, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(code))
        nbformat.write(notebook, path)

    yield beginning
    path.write_text(before, encoding="utf-8")


def test_it_trains_from_the_cache_without_a_network(home, data_home):
    california_housing.generated(data_home)
    poe(home, "train")
    said = "".join(output.get("text", "") for cell in nbformat.read(home / NOTEBOOK, as_version=4).cells for output in cell.get("outputs", []))
    assert f"{california_housing.WIDE} of {california_housing.ROWS} districts are left out." in said
    assert "Level 1" in poe(home, "export")
    assert "8 inputs" in poe(home, "check")


def test_neither_cache_nor_network_is_one_sentence(home, data_home):
    said = poe(home, "train", check=False)
    [sentence] = [line for line in said.splitlines() if "California housing data" in line]
    assert sentence.startswith(f"The California housing data is not in {data_home} and can't be downloaded (") and "go online" in sentence
    assert "Traceback" not in said and "cell by cell" not in said


def test_a_broken_cache_is_one_sentence(home, data_home, beginning):
    cache = california_housing.generated(data_home) / "cal_housing_py3.pkz"
    cache.write_bytes(cache.read_bytes()[:1000])
    beginning("import os; _ = os.write(2, b'Traceback of the kernel itself')")
    said = poe(home, "train", check=False)
    [sentence] = [line for line in said.splitlines() if "California housing data" in line]
    assert sentence.startswith(f"The California housing data in {cache} is broken (") and sentence.endswith("delete that file and run this again.")
    assert "Traceback" not in said


def test_a_kernel_that_died_is_one_sentence_and_its_last_words(home, beginning):
    beginning("import os; os.write(2, b'its last words'); os.kill(os.getpid(), 9)")
    said = poe(home, "train", check=False)
    assert said.splitlines()[-2:] == [
        f"{NOTEBOOK}: its kernel did not run to the end (Kernel died). If memory ran out, train on fewer rows. "
        "To run it cell by cell: uv run --group notebook jupyter lab",
        "its last words",
    ]


def test_a_kernel_that_dies_as_it_starts_is_one_sentence_too(home, tmp_path, monkeypatch):
    spec = tmp_path / "kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["python", "-c", "raise SystemExit('its last words')"], "display_name": "Python 3", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    *_, sentence, words = poe(home, "train", check=False).splitlines()
    assert sentence.startswith(f"{NOTEBOOK}: its kernel did not run to the end (Kernel died before replying to kernel_info).") and words == "its last words"
