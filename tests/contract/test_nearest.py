"""The texts of a list that are the most alike: both twins rank alike to the bit, and what a list, a graph and a contract must be."""

import hashlib
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tokenize import said_by_check

import codec_strategies
import models
import models_nearest
from codec_twins import list_known, same
from hostile_text import examples
from mlweb.codec import decode, nearest
from mlweb.contract import check, list_check, text_list
from mlweb.contract.form import make_form
from mlweb.errors import UserError
from mlweb.proof import claims, lists
from mlweb.runner import strict_session
from models_nearest import METADATA, TEXTS, embedder
from paths import ROOT

TWIN = ROOT / "template/web/codec/nearest.js"
numbers = st.floats(-1, 1, width=32) | st.sampled_from([0.0, -0.0, 0.5, 0.5, 1e-30])


def output(sha256: str, top: int) -> dict:
    return {"name": "out", "kind": "nearest", "dtype": "float32", "dims": [None, 3], "top": top, "items": {"sha256": sha256, "count": 0}}


def test_both_twins_rank_any_vectors_alike_to_the_bit():
    @examples(200)
    @given(
        st.lists(st.tuples(*[numbers] * 3), min_size=1, max_size=9),
        st.lists(st.tuples(*[numbers | st.sampled_from([np.nan, np.inf])] * 3), min_size=1, max_size=2),
        st.sampled_from(["float32", "float64"]),
        st.integers(1, 12),
    )
    def ask(listed, rows, dtype, top):
        sha256 = list_known(nearest.written([f"text {at} é" for at in range(len(listed))], np.array(listed, np.float32), "of a model"))
        form = codec_strategies.form([], [output(sha256, top)])
        [given] = [codec_strategies.golden.packed({"out": np.array(rows, dtype)})]
        answer = same({"form": form, "outputs": given, "count": len(rows)})
        for row, result in zip(rows, answer["results"], strict=True):
            assert ("invalid" in result["out"]) or len(result["out"]["nearest"]) == min(top, len(listed)), row

    ask()


def test_equal_texts_keep_their_order_and_a_vector_of_another_width_is_unexpected():
    sha256 = list_known(nearest.written(["a", "b", "c"], np.array([[0, 1], [1, 0], [0, 1]], np.float32), ""))
    form = codec_strategies.form([], [output(sha256, 3)])
    found = decode.decode(form, {"out": np.array([[0, 1]], np.float32)})[0]["out"]
    assert [(each["text"], each["index"], each["similarity"]) for each in found["nearest"]] == [("a", 0, 1), ("c", 2, 1), ("b", 1, 0)]
    assert "unexpected" in same({"form": form, "outputs": codec_strategies.golden.packed({"out": np.ones((1, 3), np.float32)}), "count": 1})


def test_the_file_of_a_list_is_read_as_it_was_written():
    data = nearest.written(TEXTS, models_nearest.vectors(TEXTS), "of a model")
    texts, vectors, model = nearest.read(data, "items.json")
    assert (texts, model) == (TEXTS, "of a model") and vectors.tobytes() == models_nearest.vectors(TEXTS).tobytes()
    for broken in (b"{}", b"\xff", data[:-40], data.replace(b'"width":6', b'"width":5')):
        with pytest.raises(UserError, match=r"^items\.json is broken: export again"):
            nearest.read(broken, "items.json")


LISTS = [
    ("text\nso, it\n'a'\n\n so, it \n", None, ["so, it", "'a'"]),
    ('a;text\n1;"b; c"\n2;\n3\n', None, ["b; c"]),
    ("\ufeffa\tb\n1\tx\n2\ty\n", "b", ["x", "y"]),
]
WRONG = [
    ("a,b\nx,y\n", None, 'items.csv has the columns "a", "b": say which holds the texts, as {file: items.csv, column: a}.'),
    ("text,b\nx,y\n", "txet", 'items.csv has no column "txet". Did you mean "text"?'),
    ("a,b\nx,y\n", "what", 'items.csv has no column "what". It has "a", "b".'),
    ("text\n \n", None, "items.csv has no texts: give it a line for each, below the name of the column."),
    ("", None, "items.csv has no texts: give it a line for each, below the name of the column."),
    ("text\n" + "".join(f"t{at}\n" for at in range(100_000)), None, "items.csv has 100,000 texts, and a page ranks at most 20,000: make it shorter."),
    ("a,text\n1,b, c\n", None, "items.csv: row 2 has more cells than the first one names columns: put texts that contain a ',' between quotation marks."),
    ('text\n"a\n', None, "items.csv can't be read as a CSV file: unexpected end of data."),
]


@pytest.mark.parametrize(("content", "column", "texts"), LISTS)
def test_a_list_is_a_column_of_a_file(tmp_path, content, column, texts):
    (tmp_path / "items.csv").write_text(content, encoding="utf-8")
    assert text_list.read(tmp_path, "items.csv", column) == texts


@pytest.mark.parametrize(("content", "column", "said"), WRONG, ids=[said[:40] for *_, said in WRONG])
def test_a_list_that_can_not_be_searched_is_a_sentence(tmp_path, content, column, said):
    (tmp_path / "items.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        text_list.read(tmp_path, "items.csv", column)
    assert refused.value.sentences == [said]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """project(metadata, model) -> the folder of a project with a list and its vectors; it is the current one."""

    def project(metadata: str = METADATA, model: onnx.ModelProto | None = None) -> Path:
        folder = models.project(tmp_path, model or embedder(), metadata)
        for name, data in models_nearest.files().items():
            (folder / name).write_bytes(data)
        monkeypatch.chdir(folder)
        return folder

    return project


def test_a_project_with_a_list_is_one_that_agrees(project):
    contract, _, signature, facts = check.check(project())
    [shown] = make_form(contract, signature, facts)["outputs"]
    assert shown["items"] == {"sha256": hashlib.sha256(models_nearest.files()["model/items.json"]).hexdigest(), "count": len(TEXTS)}
    assert "file" not in str(shown), "where it lies is nobody's business on the page"
    first, second, *_ = contract.suitable_views()
    assert (first.name, second.name) == ("try", "rows") and "search" in first.panels, "nothing to explore in a text, but a list to search"


def test_a_list_that_is_missing(project):
    folder = project()
    (folder / "items.csv").unlink()
    cure = "put a CSV file there, with a line for each text below the name of its column."
    assert said_by_check(folder) == f"metadata.yml:10: outputs.vector.items: there is no file items.csv: {cure}"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("file: items.csv", "file: ../items.csv", "outputs.vector.items: ../items.csv leads out of"),
        ("column: text}", "column: text, vectors: model/golden.json}", "outputs.vector.items.vectors: string should match pattern"),
        ("top: 3}", "top: 3}\n  other: {kind: nearest, items: items.csv}", 'the model has no output "other"'),
        ("outputs:", "  more: {kind: number}\noutputs:", "the form must be one field of kind text, and nothing else."),
    ],
)
def test_a_contract_that_names_no_list_to_search(project, before, after, said):
    assert said in said_by_check(project(METADATA.replace(before, after, 1)))


def test_vectors_of_another_list_or_another_model(project):
    folder = project()
    (folder / "items.csv").write_bytes(models_nearest.csv(TEXTS[1:]))
    assert "items.csv has changed since its vectors were made: export again with: uv run poe export" in said_by_check(folder)
    assert "the vectors for items.csv are those of another model: export again" in said_by_check(project(model=embedder(2.0)))
    (project() / "model/items.json").unlink()
    assert "there are no vectors for items.csv yet: export again" in said_by_check(folder)


def test_a_graph_that_gives_a_vector_for_each_token(project):
    pooled = onnx.printer.to_text(embedder())
    each = onnx.parser.parse_model(pooled.replace("(mean)", "(kept)").replace("float[N,6] vector", "float[N,T,6] vector"))
    said = said_by_check(project(model=each))
    assert "kind nearest needs one vector a text, floats of the shape [N, width], the model gives float32 [N, N, 6]: take the mean over the tokens" in said


def test_vectors_that_have_not_length_1_are_no_cosine_similarity(project):
    contract, *_ = check.check(project())
    rows = models_nearest.vectors(TEXTS)
    assert not [*claims.broken(contract, {"vector": rows})]
    [said] = claims.broken(contract, {"vector": rows * np.linspace(1, 3, len(rows), dtype=np.float32)[:, None]})
    assert said.startswith("metadata.yml:10: outputs.vector: its vectors have lengths from 1 to 3, and not 1, so their products are no cosine similarity")


def test_the_export_computes_the_vectors_of_the_list(project):
    folder = project()
    contract, model, signature, facts = check.check(folder)
    form, session = make_form(contract, signature, facts), strict_session(model)
    [(path, data)] = lists.make(contract, form, session, "a new model").items()
    texts, vectors, of_model = nearest.read(data, path)
    assert (path, texts, of_model) == ("model/items.json", TEXTS, "a new model")
    np.testing.assert_allclose(vectors, models_nearest.vectors(TEXTS), atol=1e-6)
    assert form["outputs"][0]["items"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert list_check.ranked(contract)["vector"].items.texts() == TEXTS

    found = decode.decode(form, {"vector": vectors[3:4]})[0]["vector"]["nearest"]
    assert found[0]["text"] == TEXTS[3] and found[0]["similarity"] == pytest.approx(1, abs=1e-6)

    (folder / "items.csv").write_text("number,text\n1,good\n2,a\0b\n", encoding="utf-8")
    with pytest.raises(UserError, match=r'^items\.csv: the form does not take "a.b": What was said contains a NUL'):
        lists.make(check.contracts.load(folder / "metadata.yml"), form, session, "")


def test_both_twins_have_the_same_functions_in_the_same_order():
    python = re.findall(r"^def (\w+)", Path(nearest.__file__).read_text(encoding="utf-8"), re.M)
    javascript = re.findall(r"^(?:export )?function (\w+)", TWIN.read_text(encoding="utf-8"), re.M)
    assert javascript == [name for name in python if name != "written"], "only Python writes"
