"""Drafts of metadata.yml: a kind that fits each input and output, agreed with by check, for whatever the page can serve."""

from pathlib import Path

import onnx
import pytest
from onnx import helper, numpy_helper
from ruamel.yaml import YAML

import models
from mlweb import runner
from mlweb.contract import check, schema
from mlweb.draft import describe, draft, draft_probe
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.proof import synthetic_rows


@pytest.fixture
def drafted(tmp_path):
    """drafted(body) -> (inputs, outputs) of the draft for a model, which check accepts as it is."""

    def drafted(body) -> tuple[dict, dict]:
        model = models.text(body) if isinstance(body, str) else body
        path = models.project(tmp_path, model, "") / "model/model.onnx"
        text = draft.written(*draft.draft(path))
        (tmp_path / "metadata.yml").write_text(text, encoding="utf-8")
        check.check(tmp_path)
        assert schema.load(tmp_path / "metadata.yml")
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
        ("uint8[1,H,W,1]", {"kind": "image"}, "image"),
        ("uint8[1,20,30,1]", {"kind": "tensor"}, "image"),  # cells of a board, perhaps
        ("float[N,224,224,3]", {"kind": "tensor"}, "tensor"),  # of 0 to 1, to 255, or others
        ("float[2,2,3]", {"kind": "tensor"}, "tensor"),
        ("float[N,T,3]", {"kind": "tensor"}, "tensor"),  # three series, as likely as a picture
        ("float[N,3,224,224]", {"kind": "tensor"}, "tensor"),
    ],
)
def test_kinds(drafted, kind, given, shown):
    inputs, outputs = drafted(identity(kind))
    assert inputs == {"x": given} and outputs == {"y": {"kind": shown}}


@pytest.mark.parametrize(
    ("steps", "is_picture"),
    [
        ("c = Constant<value = float {255.0}>() y = Div(x, c)", True),
        ("c = Constant<value = float {0.003921569}>() t = Transpose<perm = [0, 3, 1, 2]>(x) y = Mul(c, t)", True),
        ("c = Constant<value = float[3] {123.68, 116.779, 103.939}>() y = Sub(x, c)", True),
        ("c = Constant<value = float[3] {103.939, 116.779, 123.68}>() y = Sub(x, c)", False),  # blue first, as Caffe has it
        ("i = Constant<value = int64[3] {2,1,0}>() z = Gather<axis = 3>(x, i) c = Constant<value = float[3] {103.9, 116.8, 123.7}>() y = Sub(z, c)", True),
        ("c = Constant<value = float[1] {-127.5}>() d = Cast<to = 1>(c) y = Add(x, d)", True),
        ("c = Constant<value = float {255.0}>() y = Mul(x, c)", False),  # of 0 to 1
        ("c = Constant<value = float {255.0}>() y = Div(c, x)", False),
        ("c = Constant<value = float[3] {0.485, 0.456, 0.406}>() y = Sub(x, c)", False),
        ("c = Constant<value = float {80.0}>() y = Add(x, c)", False),  # decibels
        ("c = Constant<value = float {255.0}>() z = Relu(x) y = Div(z, c)", False),
        ("y = Div(x, x)", False),
    ],
)
def test_numbers_are_a_picture_where_the_graph_scales_those_of_0_to_255(tmp_path, steps, is_picture):
    drafted, said = comments_on(tmp_path, f"seen (float[N,32,32,3] x) => (float[A,B,C,D] y) {{ {steps} }}")
    assert drafted["inputs"]["x"]["kind"] == ("image" if is_picture else "tensor")
    assert ("which the model itself scales as those of a picture" in said) == is_picture
    assert ("which may be a picture with its channels last" in said) != is_picture


def test_the_numbers_of_a_sound_are_no_gray_picture(tmp_path):
    """76 steps of 32 mel bands, as an embedding of speech takes them."""
    drafted, said = comments_on(tmp_path, "heard (float[N,76,32,1] x) => (float[N,1,76,32] y) { y = Transpose<perm = [0, 3, 1, 2]>(x) }")
    assert drafted["inputs"] == {"x": {"kind": "tensor"}} and '"x" takes [N, 76, 32, 1], which may be a picture with its channels last' in said


@pytest.mark.parametrize(("noted", "kind"), [("NominalRange_0_255", "image"), ("Normalized_0_1", "tensor")])
def test_a_file_may_say_which_values_its_picture_has(tmp_path, noted, kind):
    model = models.text(identity("float[N,32,32,3]"))
    helper.set_model_props(model, {"Image.NominalPixelRange": noted})
    assert draft.draft(brought(tmp_path, model))[0]["inputs"] == {"x": {"kind": kind}}


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


@pytest.mark.parametrize("share", [0.01, 0.03, 0.1, 1.0])
def test_rows_that_are_quantised_together_are_taken_one_by_one(drafted, share):
    """Dynamic quantisation scales all rows of a run by the widest of them, so that each changes the others by a little."""
    body = """together (float[N,2] x) => (float[N,2] y) {{ q, scale, zero = DynamicQuantizeLinear(x) d = DequantizeLinear(q, scale, zero)
        share = Constant<value = float {{{0}}}>() e = Mul(d, share) y = Add(x, e) }}"""
    assert drafted(body.format(share))[0] == {"x": {"kind": "tensor"}}
    assert "fields" in drafted(body.format(share).replace("Mul(d,", "Mul(x,"))[0]["x"]


def test_the_form_starts_with_values_that_the_model_takes(drafted):
    body = "looked_up (int64[N,1] index) => (float[N,1] y) <float[1] table = {10.0}> { y = Gather(table, index) }"
    assert drafted(body)[0] == {"index": {"kind": "integer", "default": 0}}


def test_a_size_that_depends_on_the_values_is_shown_whole(drafted):
    body = "positive (float[N] x) => (float[M] y) <float zero = {0.0}> { up = Greater(x, zero) y = Compress(x, up) }"
    assert drafted(body)[1] == {"y": {"kind": "tensor"}}


def test_a_picture_with_its_channels_first_gets_a_hint(drafted, tmp_path):
    drafted(identity("float[N,3,32,32]"))
    said = (tmp_path / "metadata.yml").read_text()
    assert '"x" takes [N, 3, 32, 32], which may be a picture with its channels first, of values that the file does not tell: with_picture_input in' in said


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (models.text("given () => (float[1] y) { y = Constant<value = float[1] {1.0}>() }"), "takes no input"),
        (models.text("wide (int4[1] x) => (float[1] y) { y = Cast<to = 1>(x) }"), "is a tensor of int4, which a browser can't exchange: cast it"),
        (models.text("many (seq(float[N]) x) => (int64 y) { y = SequenceLength(x) }"), "is a sequence, which a browser can't exchange: make it a tensor"),
    ],
)
def test_what_no_form_can_give_gets_one_sentence(drafted, model, sentence):
    with pytest.raises(UserError, match=sentence) as found:
        drafted(model)
    assert len(found.value.sentences) == 1


def brought(folder, model, name="bought model.onnx", **options) -> Path:
    """A file that is not where the page takes it from."""
    path = folder / name
    onnx.save(model, path, **options)
    return path


def test_a_file_is_drafted_as_an_export_brings_it(tmp_path):
    weights = models.softmax()
    weights.graph.initializer[0].CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights.graph.initializer[0]), "weights"))
    drafted, [comment] = draft.draft(brought(tmp_path, weights, save_as_external_data=True, location="weights.bin", size_threshold=0))
    assert drafted["outputs"]["probabilities"]["kind"] == "classes" and drafted["model"] == {"file": "model/model.onnx"}
    assert comment.startswith('Drafted from "') and "put it there with: uv run poe export" in comment
    drafted, _ = draft.draft(brought(tmp_path, models.zipmap()))
    assert drafted["outputs"] == {"probabilities": {"kind": "classes", "classes": [0, 1], "scores": True}} and drafted["task"] == "classification"
    drafted, _ = draft.draft(brought(tmp_path, models.text("half (float16[N,1] x) => (float16[N,1] y) { y = Identity(x) }")))
    assert drafted["inputs"] == {"x": {"kind": "number", "default": 1.0}}


def comments_on(folder, body: str) -> tuple[dict, str]:
    """The draft for a model, and all that is said about it."""
    drafted, comments = draft.draft(brought(folder, models.text(body)))
    return drafted, "\n".join(comments)


def test_what_proves_little_is_told_and_what_hears_nothing_left_out(tmp_path):
    body = "some (float[N,1] x) => (float[N,1] y, float[N,1] z) { y = Neg(x) n = Sub(x, x) z = Abs(n) }"
    drafted, said = comments_on(tmp_path, body)
    assert list(drafted["outputs"]) == ["y", "z"] and '"z" is the same for every made-up row, which proves little of it: set min, max' in said
    drafted, said = comments_on(tmp_path, body.replace("n = Sub(x, x)", "n = Constant<value = float {2.0}>()"))
    assert list(drafted["outputs"]) == ["y"] and '"z" depends on no input, so it is left out.' in said


def test_a_model_that_takes_no_made_up_row_gets_a_draft_and_the_reason(tmp_path):
    body = "picky (float[N,1] x) => (float[A,B] y) <int64[2] shape = {1, 7}> { y = Reshape(x, shape) }"
    drafted, said = comments_on(tmp_path, body)
    assert drafted["inputs"] and draft.NO_ROW in said and "cannot be reshaped" in said


def test_a_picture_in_bytes_with_its_channels_first_gets_a_hint_too(tmp_path):
    drafted, said = comments_on(tmp_path, identity("uint8[1,3,H,W]"))
    assert drafted["inputs"] == {"x": {"kind": "tensor"}} and "may be a picture with its channels first: with_picture_input in" in said


def test_a_number_of_rows_that_depends_on_the_values_is_shown_whole(tmp_path):
    """An output of as many rows as were found, declared as the four of an example."""
    body = "found (float[1,3] x) => (float[4,3] y) <bool[1] keep = {1}> { y = Compress<axis = 0>(x, keep) }"
    assert comments_on(tmp_path, body)[0]["outputs"]["y"]["kind"] == "tensor"
    assert comments_on(tmp_path, body.replace("float[4,3] y", "float[N,3] y"))[0]["outputs"]["y"]["kind"] == "values"


def test_a_size_of_nothing_is_a_raw_tensor(tmp_path):
    for dims in ("0", "1,0", "2,0,4"):
        drafted, said = comments_on(tmp_path, identity(f"float[{dims}]"))
        assert (drafted["inputs"], drafted["outputs"]) == ({"x": {"kind": "tensor"}}, {"y": {"kind": "tensor"}}) and draft.NO_ROW not in said


@pytest.mark.parametrize(
    ("dims", "name", "kind", "said"),
    [
        ("N,43844,1", "x", "tensor", '"x" takes [N, 43844, 1], which may be a sound of 43,844 samples: if it is one, reshape it inside the graph'),
        ("1,16000", "x", "tensor", "which may be a sound of 16,000 samples: if it is one, write kind: audio"),
        ("1,N", "waveform", "audio", '"waveform" gets sound at 16,000 samples a second: set rate'),
        ("N,48,3", "x", "tensor", ""),
        ("H,W,3", "photo", "tensor", ""),
        ("10000,8,1", "x", "tensor", ""),
    ],
)
def test_a_sound_is_no_picture(tmp_path, dims, name, kind, said):
    drafted, comments = comments_on(tmp_path, identity(f"float[{dims}]").replace(" x)", f" {name})").replace("(x)", f"({name})"))
    assert drafted["inputs"][name]["kind"] == kind and (said in comments if said else "may be a sound" not in comments)


def test_the_page_is_named_by_the_file_or_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert draft.draft(brought(tmp_path, models.linear(), "tiny_ResNet-50.onnx"))[0]["name"] == "Tiny ResNet 50"
    assert draft.draft(brought(tmp_path, models.linear(), "model.onnx"))[0]["name"] == "My model"
    (tmp_path / "pyproject.toml").write_text('[tool.mlweb]\ntitle = "Our birds"\n', encoding="utf-8")
    assert draft.draft(brought(tmp_path, models.linear(), "model.onnx"))[0]["name"] == "Our birds"


def test_what_a_file_says_of_itself_is_taken_over(tmp_path):
    model = models.softmax()
    said = {"names": "{0: 'cat', 1: 'dog', 2: 'newt'}", "license": "AGPL-3.0", "description": "Animals", "task": "classify"}
    helper.set_model_props(model, said)
    drafted, _ = draft.draft(brought(tmp_path, model))
    assert drafted["outputs"]["probabilities"]["classes"] == ["cat", "dog", "newt"]
    assert (drafted["description"], drafted["card"]) == ("Animals", {"license": "AGPL-3.0"})


@pytest.mark.parametrize("names", ["['cat', 'dog', 'newt']", "cat\ndog\nnewt\n", "cat, dog,newt", '{\n"0": "cat",\n"1": "dog",\n"2": "newt"}'])
def test_names_of_classes_are_a_list_or_one_a_line_or_between_commas(tmp_path, names):
    model = models.softmax()
    helper.set_model_props(model, {"labels": "none", "character": names})  # the key of PaddlePaddle
    assert draft.draft(brought(tmp_path, model))[0]["outputs"]["probabilities"]["classes"] == ["cat", "dog", "newt"]


def test_each_of_several_targets_has_its_own_class_names(tmp_path):
    """A MultiOutputClassifier over words: as many classes, other names."""
    kinds = {"first": ["apple", "pear"], "second": ["ripe", "sour"]}
    nodes = [
        helper.make_node(
            "LinearClassifier", ["x"], [f"label_{name}", name], domain="ai.onnx.ml", classlabels_strings=labels, coefficients=[-1.0, 0.5, 1.0, -0.5],
            intercepts=[0.0, 0.1], multi_class=1, post_transform="SOFTMAX",
        )
        for name, labels in kinds.items()
    ]  # fmt: skip
    nodes.append(helper.make_node("SequenceConstruct", list(kinds), ["probabilities"]))
    listed = helper.make_tensor_sequence_value_info("probabilities", onnx.TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "two", [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", 2])], [listed])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    outputs = draft.draft(brought(tmp_path, model))[0]["outputs"]
    assert [outputs[f"probabilities_{number}"]["classes"] for number in (1, 2)] == list(kinds.values())


def test_a_model_that_never_ends_is_drafted_without_a_try(tmp_path, monkeypatch):
    path = brought(tmp_path, models.endless())
    drafted, comments = draft.draft(path, is_tried=False)
    assert "without running the model" in comments[-1] and drafted["inputs"] == {"x": {"kind": "number", "default": 1.0}}
    monkeypatch.setenv(runner.SECONDS, "1")
    with pytest.raises(UserError, match="omputing a row took more than 1 s, .* --untried"):
        draft.draft(path)


def test_a_slow_model_is_tried_with_fewer_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic_rows, "TIMEOUT_SECONDS", 0)
    _, tried = draft_probe.tried_out(*signed(models.text(identity("float[N,1]"))))
    assert len(tried) == 2


def signed(model: onnx.ModelProto) -> tuple:
    return onnx_file.signature(model), runner.strict_session(model.SerializeToString())


def test_what_is_there_is_not_written_over(tmp_path):
    path = tmp_path / "metadata.yml"
    describe.put("a", path, replace=False)
    with pytest.raises(UserError, match="add --replace"):
        describe.put("b", path, replace=False)
    describe.put("c", path, replace=True)
    assert path.read_text() == "c"
