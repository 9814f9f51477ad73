"""What commands print: nothing that came from elsewhere can steer a terminal or forge a line of a log, whichever way it gets there."""

import ast
import io
import subprocess
import sys

import pytest

import models
from mlweb import console
from mlweb.contract import check
from mlweb.draft import describe
from mlweb.errors import UserError, run
from paths import ROOT

# Every character that a terminal may obey, and what is shown of it; others pass as they are.
OBEYED = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ud800\udfff"]
OBEYED.remove("\t")
HARMLESS = "a\tZürich 東京 👩‍🔬 שלום\u200f é °"
HOSTILE = "\x1b]0;pwned\x07\x1b[2J\nmetadata.yml agrees\u202e\x9b"


@pytest.mark.parametrize("obeyed", OBEYED, ids=ascii)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(obeyed, capsys):
    console.say(f"a{obeyed}b")
    console.say(f"a{obeyed}b", error=True)
    for said in capsys.readouterr():
        assert said == f"a{obeyed.encode('unicode_escape').decode()}b\n"


def test_all_else_is_printed_as_it_is(capsys):
    console.say_text(f"{HARMLESS}\n\nend\n")
    assert capsys.readouterr().out == f"{HARMLESS}\n\nend\n"


def test_what_the_terminal_lacks_is_an_escape_too(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    console.say("3 × é")
    assert written.getvalue().replace(b"\r\n", b"\n") == b"3 \\xd7 \\xe9\n"


def assert_tame(said: str, lines: int | None = None) -> None:
    assert "\\x1b" in said and not [each for each in said if each in OBEYED and each != "\n"]
    assert lines is None or said.count("\n") == lines


def test_the_names_of_a_graph_are_tame_in_sentences(tmp_path, monkeypatch, capsys):
    model = models.linear()
    model.graph.input[0].name = model.graph.node[3].input[0] = HOSTILE
    monkeypatch.chdir(models.project(tmp_path, model, models.LINEAR))
    assert run(check.main) == 1
    assert_tame(capsys.readouterr().err)


def test_the_names_of_a_graph_are_tame_in_drafts(tmp_path, monkeypatch, capsys):
    model = models.linear()
    model.graph.input[0].name = model.graph.node[3].input[0] = HOSTILE
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    monkeypatch.setattr(sys, "argv", ["describe", str(tmp_path / "model.onnx")])
    assert run(describe.main) == 0
    said = capsys.readouterr().out
    assert not [each for each in said if each in OBEYED and each != "\n"]


def test_sentences_are_tame_whoever_wrote_them(capsys):
    def fail() -> None:
        raise UserError(f"one {HOSTILE}", f"two {HOSTILE}")

    assert run(fail) == 1
    assert_tame(capsys.readouterr().err, lines=2)


@pytest.mark.parametrize("how", ["raise ValueError(text)", "import warnings; from mlweb.errors import run; run(lambda: warnings.warn(text))"])
def test_what_nobody_expected_is_tame_too(how, tmp_path):
    code = f"import mlweb; text = {HOSTILE!r}; {how}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "template", capture_output=True, encoding="utf-8", check=False)
    assert_tame(done.stderr)
    assert "ValueError" in done.stderr or "UserWarning" in done.stderr


def test_nothing_of_mlweb_prints_in_another_way():
    """All but a conflict in a module, which mlweb/__init__.py says while nothing else can be imported."""
    found = []
    for path in sorted((ROOT / "template/mlweb").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_print = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "pprint")
            is_write = isinstance(node, ast.Attribute) and node.attr in ("write", "writelines") and ast.unparse(node.value) in ("sys.stdout", "sys.stderr")
            if is_print or is_write:
                found.append(path.name)
    assert found == ["__init__.py"]


def test_a_step_that_takes_long_says_that_it_goes_on(capsys, monkeypatch):
    monkeypatch.setattr(console, "FIRST_SECONDS", 0.05)
    with console.patience("counting"):
        console.threading.Event().wait(0.4)
    said = capsys.readouterr()
    assert said.out == "" and 1 < said.err.count("Still counting, 0 s so far ...") < 5
    with console.patience("counting"):
        pass
    assert capsys.readouterr().err == ""
