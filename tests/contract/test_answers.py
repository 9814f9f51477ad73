"""Hints of `poe check`: a notebook of another recipe, a licence's text of another licence than the answers and pyproject.toml name."""

import json

import pytest

from mlweb import answers


@pytest.fixture
def root(tmp_path):
    """The four files that are compared, which agree."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / ".copier-answers.yml").write_text("# What you answered\n_commit: v1.0.0\nlicense: MIT\nrecipe: housing\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "small"\nlicense = "MIT"\n')
    (tmp_path / "notebooks/train.ipynb").write_text(json.dumps({"metadata": {"mlweb": {"recipe": "housing"}}}))
    (tmp_path / "LICENSE").write_text("MIT License\n\nCopyright (c) Ada\n")
    return tmp_path


def test_what_agrees_is_left_alone(root):
    assert list(answers.hints(root)) == []


def test_a_notebook_of_another_recipe_is_said_with_both_ways_out(root):
    (root / ".copier-answers.yml").write_text("license: MIT\nrecipe: onnx-file\n")
    [hint] = answers.hints(root)
    assert "train.ipynb is of the recipe housing, but pyproject.toml has the packages of onnx-file" in hint
    assert "delete notebooks/train.ipynb" in hint and "--data recipe=housing" in hint and hint.endswith("--vcs-ref=:current:")


@pytest.mark.parametrize(
    ("answer", "named", "sentence"),
    [
        ("Apache-2.0", "Apache-2.0", "LICENSE is the text of MIT, but pyproject.toml names Apache-2.0: delete LICENSE, commit, and run: uvx copier update"),
        ("MIT", "Apache-2.0", "LICENSE is the text of MIT, but pyproject.toml names Apache-2.0: put the text that you mean into LICENSE."),
        ("none", None, "LICENSE is the text of MIT, but pyproject.toml names no licence: delete LICENSE, or name MIT there."),
    ],
)
def test_the_text_of_another_licence_is_said(root, answer, named, sentence):
    (root / ".copier-answers.yml").write_text(f"license: {answer}\nrecipe: housing\n")
    (root / "pyproject.toml").write_text("[project]\n" + (f'license = "{named}"\n' if named else ""))
    [hint] = answers.hints(root)
    assert hint.startswith(sentence)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("LICENSE", "My own terms\n"),
        ("LICENSE", ""),
        ("notebooks/train.ipynb", "{}"),
        ("notebooks/train.ipynb", "[" * 5000),
        ("notebooks/train.ipynb", '{"metadata": {"mlweb": {"recipe": 7}}}'),
        (".copier-answers.yml", "recipe: [housing]\n"),
        (".copier-answers.yml", "\0"),
    ],
)
def test_what_is_the_owners_own_or_can_not_be_read_says_nothing(root, path, text):
    (root / path).write_text(text)
    assert list(answers.hints(root)) == []


@pytest.mark.parametrize("path", [".copier-answers.yml", "notebooks/train.ipynb", "LICENSE"])
def test_a_file_that_is_not_there_says_nothing(root, path):
    (root / path).unlink()
    assert list(answers.hints(root)) == []
