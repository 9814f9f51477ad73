"""Drafts of metadata.yml: a kind that fits each input and output, agreed with by check, for whatever the page can serve."""

import onnx
import pytest
from onnx import helper
from ruamel.yaml import YAML

import models
from mlweb import check, contract, draft
from mlweb.problems import Problems


@pytest.fixture
def drafted(tmp_path):
    """drafted(body) -> (inputs, outputs) of the draft for a model, which check accepts as it is."""

    def drafted(body) -> tuple[dict, dict]:
        model = models.text(body) if isinstance(body, str) else body
        path = models.project(tmp_path, model, "") / "model/model.onnx"
        text = draft.written(draft.draft(path), draft.hints(path)).replace(path.as_posix(), "model/model.onnx")
        (tmp_path / "metadata.yml").write_text(text, encoding="utf-8")
        check.check(tmp_path)
        assert contract.load(tmp_path / "metadata.yml")
        given = YAML(typ="safe").load(text)
        return given["inputs"], given["outputs"]

    return drafted


def identity(kind: str) -> str:
    return f"same ({kind} x) => ({kind} y) {{ y = Identity(x) }}"


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        ("float", {"kind": "number", "default": 1.0}, "value"),
        ("float[1]", {"kind": "number", "default": 1.0}, "value"),
        ("float[N,1]", {"kind": "number", "default": 1.0}, "value"),
        ("double[N,1]", {"kind": "number", "default": 1.0}, "value"),
        ("int64[N,1]", {"kind": "integer", "default": 1}, "value"),
        ("uint8[N,1]", {"kind": "integer", "default": 1}, "value"),
        ("bool[N,1]", {"kind": "toggle", "default": False}, "value"),
        ("string[N,1]", {"kind": "text", "default": ""}, "text"),
        ("string[N]", {"kind": "text", "default": ""}, "text"),
        ("float[N,101]", {"kind": "tensor"}, "tensor"),
        ("float[N,K]", {"kind": "tensor"}, "tensor"),
        ("float[3,4]", {"kind": "tensor"}, "tensor"),
        ("int64[2,3,4,5,6]", {"kind": "tensor"}, "tensor"),
        ("uint8[H,W,3]", {"kind": "image"}, "image"),
        ("uint8[1,20,30,1]", {"kind": "image"}, "image"),
        ("float[N,224,224,3]", {"kind": "image"}, "tensor"),
        ("float[2,2,3]", {"kind": "tensor"}, "tensor"),
        ("float[N,3,224,224]", {"kind": "tensor"}, "tensor"),
    ],
)
def test_kinds(drafted, kind, given, shown):
    inputs, outputs = drafted(identity(kind))
    assert inputs == {"x": given} and outputs == {"y": {"kind": shown}}


def test_sounds_go_by_their_name(drafted):
    assert drafted("heard (float[1,N] waveform) => (float[1,1] y) { y = ReduceMax<axes = [1]>(waveform) }")[0] == {"waveform": {"kind": "audio"}}


def test_vectors_have_a_name_of_its_own_for_each_field(drafted):
    inputs, _ = drafted("two (float[N,2] x, float[N,1] x_1) => (float[N,2] y) { y = Mul(x, x_1) }")
    assert list(inputs["x"]["fields"]) == ["x_1_", "x_2"] and inputs["x_1"]["kind"] == "number"


def test_labels_come_from_the_graph(drafted):
    names = helper.make_tensor("names", onnx.TensorProto.STRING, [3], [b"setosa", b"versicolor", b"virginica"])
    model = models.text("""named (float[N,4] features) => (string[N] label, float[N,3] p)
        <float[4,3] weights = {1.0, 0.5, -1.0, 0.2, 0.1, 0.4, -0.7, 0.9, 0.3, 0.6, -0.2, 0.8}> {
        p = Softmax<axis = 1>(logits)
        best = ArgMax<axis = 1, keepdims = 0>(p)
        label = Gather(names, best) }""")
    model.graph.node.insert(0, helper.make_node("MatMul", ["features", "weights"], ["logits"]))
    model.graph.initializer.append(names)
    _, outputs = drafted(model)
    assert outputs == {"label": {"kind": "value"}, "p": {"kind": "classes", "classes": ["setosa", "versicolor", "virginica"]}}


def test_rows_that_change_each_other_are_taken_one_by_one(drafted):
    assert drafted("sums (float[N,1] x) => (float[N,1] y) <int64 axis = {0}> { y = CumSum(x, axis) }")[0] == {"x": {"kind": "tensor"}}


def test_the_form_starts_with_values_that_the_model_takes(drafted):
    body = "looked_up (int64[N,1] index) => (float[N,1] y) <float[1] table = {10.0}> { y = Gather(table, index) }"
    assert drafted(body)[0] == {"index": {"kind": "integer", "default": 0}}


def test_a_size_that_depends_on_the_values_is_shown_whole(drafted):
    body = "positive (float[N] x) => (float[M] y) <float zero = {0.0}> { up = Greater(x, zero) y = Compress(x, up) }"
    assert drafted(body)[1] == {"y": {"kind": "tensor"}}


def test_a_picture_with_its_channels_first_gets_a_hint(drafted, tmp_path):
    drafted(identity("float[N,3,32,32]"))
    assert '"x" takes [N, 3, 32, 32], a picture with its channels first: mlweb/pixels.py' in (tmp_path / "metadata.yml").read_text()


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (models.zipmap(), "ZipMap"),
        (models.text("given () => (float[1] y) { y = Constant<value = float[1] {1.0}>() }"), "takes no input"),
        (models.text("wide (float16[1] x) => (float[1] y) { y = Cast<to = 1>(x) }"), "tensor of float16"),
        (models.text("many (seq(float[N]) x) => (int64 y) { y = SequenceLength(x) }"), "is a sequence"),
    ],
)
def test_what_no_form_can_give_gets_one_sentence(drafted, model, sentence):
    with pytest.raises(Problems, match=sentence) as found:
        drafted(model)
    assert len(found.value.sentences) == 1


def test_what_is_there_is_not_written_over(tmp_path):
    path = tmp_path / "metadata.yml"
    draft.put("a", path, replace=False)
    with pytest.raises(Problems, match="add --replace"):
        draft.put("b", path, replace=False)
    draft.put("c", path, replace=True)
    assert path.read_text() == "c"
