"""Wrong targets and wrong answers: exit code 1, the last line says why, and nothing is overwritten.

For a refused --data Copier prints a traceback before its last line. A template cannot prevent that: Copier turns only its own
errors into plain messages, and the one for a refused answer is not among them (docs/reference/questions.md tells the reader).
"""

import pytest

from commands import cli
from template_copy import QUESTIONS, given

RECIPES = list(QUESTIONS["recipe"]["choices"].values())


def last_line(done) -> str:
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


def test_taken_folder(source, tmp_path):
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / "metadata.yml").write_text("mine\n")
    done = cli("copy", "--defaults", source, tmp_path)
    assert "Traceback" not in done.stderr
    assert last_line(done) == "Interactive session required: Consider using `--overwrite`"
    assert (tmp_path / "README.md").read_text() == (tmp_path / "metadata.yml").read_text() == "mine\n"


def test_file_in_place_of_the_folder(source, tmp_path):
    (tmp_path / "taken").write_text("mine\n")
    assert "Not a directory" in last_line(cli("copy", "--defaults", source, tmp_path / "taken"))
    assert (tmp_path / "taken").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"recipe": "nope"}, f"Invalid choice for 'recipe': 'nope' is not in {RECIPES}"),
        ({"project_slug": "Bad_Slug"}, "a letter first and no dash last: house-prices"),
        ({"project_name": "a\nb"}, "Write the title as one line: it has a line break or control character."),
    ],
)
def test_refused_answer(source, tmp_path, answers, sentence):
    assert last_line(cli("copy", "--defaults", *given(answers), source, tmp_path / "project")).endswith(sentence)
    assert not (tmp_path / "project").exists()


def test_no_terminal_to_ask_at(source, tmp_path):
    done = cli("copy", source, tmp_path / "project")
    assert "Traceback" not in done.stderr and "Use `--defaults` and/or `--data`" in last_line(done)
    assert not (tmp_path / "project").exists()
