"""What is read from an ONNX file, what is refused, and what `finalize` repairs."""

import onnx
import pytest
from onnx import TensorProto, helper

import models
from mlweb import runner
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import onnx_file

BROKEN = {
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "a text file": b"<!doctype html><title>404</title>",
    "not an ONNX model, or only part of one": models.softmax().SerializeToString()[:150],
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_file_that_is_no_model_gets_a_sentence(tmp_path, sentence):
    path = tmp_path / "model.onnx"
    path.write_bytes(BROKEN[sentence])
    with pytest.raises(UserError, match=sentence) as found:
        onnx_file.load(path)
    assert len(found.value.sentences) == 1


def test_every_truncation_is_noticed(tmp_path):
    path, data = tmp_path / "model.onnx", models.linear().SerializeToString()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(UserError):
            onnx_file.finalize(onnx_file.load(path))


def test_a_missing_file_says_what_to_run(tmp_path):
    with pytest.raises(UserError, match="is missing: train and export first"):
        onnx_file.load(tmp_path / "model.onnx")


def test_finish_imports_each_domain_once_and_caps_ir():
    model = models.linear()
    model.opset_import.append(helper.make_opsetid("", 16))
    model.ir_version = 13
    finished = onnx_file.finalize(model)
    assert [(each.domain, each.version) for each in finished.opset_import] == [("", 17)]
    assert finished.ir_version == 10


def test_finish_gives_text_a_locale_that_every_system_has():
    for named, kept in (("", b"C.UTF-8"), ("en_US", b"C.UTF-8"), ("en_GB.UTF-8", b"C.UTF-8"), ("tr_TR", b"tr_TR")):
        model = models.text("""lower (string[N] words) => (string[N] lowered) {
            lowered = StringNormalizer<case_change_action = "LOWER">(words) }""")
        if named:
            model.graph.node[0].attribute.append(onnx.helper.make_attribute("locale", named))
        assert [a.s for a in onnx_file.finalize(model).graph.node[0].attribute if a.name == "locale"] == [kept], "Turkish has other capitals"


def test_a_locale_that_a_system_lacks_gets_the_cure():
    model = models.text("""lower (string[N] words) => (string[N] lowered) {
        lowered = StringNormalizer<case_change_action = "LOWER", locale = "xx_XX">(words) }""")
    with pytest.raises(UserError, match=r"names a locale that this system lacks: export it with locale C\.UTF-8"):
        runner.strict_session(onnx_file.finalize(model).SerializeToString())


def test_finish_forgets_the_notes_of_exporters():
    model = onnx.shape_inference.infer_shapes(models.linear())
    for noted in (model.graph, model.graph.node[0], model.graph.input[0], model.graph.output[0], model.graph.value_info[0]):
        noted.metadata_props.add(key="stack_trace", value="lines of net.py")
    model.graph.node[1].doc_string = "lines of net.py"
    model.metadata_props.add(key="author", value="somebody")
    finished = onnx_file.finalize(model).SerializeToString()
    assert b"net.py" not in finished and b"somebody" in finished


def test_finish_forgets_a_name_drawn_by_chance():
    drawn, given = models.linear(), models.linear()
    drawn.graph.name = "8eb787feb17841b5bbf1a3e189a47a48"
    given.graph.name = "loan"
    assert [onnx_file.finalize(model).graph.name for model in (drawn, given)] == ["model", "loan"]


def unsupported(model):
    with pytest.raises(UserError) as found:
        onnx_file.finalize(model)
    return found.value.sentences


def test_finish_refuses_zipmap_bfloat16_new_opsets_and_second_files():
    assert "ZipMap" in unsupported(models.zipmap())[0] and "'zipmap': False" in unsupported(models.zipmap())[0]
    newer = models.linear()
    newer.opset_import[0].version = 28
    assert "uses opset 28, the browser's runtime knows up to 26" in unsupported(newer)[0]
    bfloat = models.text("cast (float[N] x) => (bfloat16[N] y) { y = Cast<to = 16>(x) }")
    assert 'output "y" is a tensor of bfloat16' in unsupported(bfloat)[0]
    external = models.softmax()
    external.graph.initializer[0].data_location = TensorProto.EXTERNAL
    assert "second file" in unsupported(external)[0]


RANDOM_OPS = {
    "RandomNormalLike": "dice (float[N] x) => (float[N] y) { n = RandomNormalLike<seed = 1.0>(x) y = Add(x, n) }",
    "Bernoulli": """dice (bool c, float[N] x) => (float[N] y) { y = If (c)
        <then_branch = yes () => (float[N] a) { a = Bernoulli(x) }, else_branch = no () => (float[N] b) { b = Neg(x) }> }""",
    "Dropout": "dice (float[N] x, bool on) => (float[N] y) { r = Constant<value = float {0.5}>() y = Dropout(x, r, on) }",
    "RandomUniform": """dice (float[2] x) => (float[2] y) { y = mine.noisy(x) }
        <domain: "mine", opset_import: ["" : 17]> noisy (x) => (y) { n = RandomUniform<shape = [2]>() y = Add(x, n) }""",
}


@pytest.mark.parametrize("operator", RANDOM_OPS)
def test_dice_are_refused_before_anything_runs(operator):
    header = models.HEADER.replace('"" : 17', '"" : 17, "mine" : 1')
    [sentence] = onnx_file.unsupported(onnx.parser.parse_model(f"{header}\n{RANDOM_OPS[operator]}"))
    assert f"draws random numbers ({operator})" in sentence


@pytest.mark.parametrize("switch", ["", ", off"])
def test_a_dropout_that_is_switched_off_is_none(switch):
    model = models.text(f"""calm (float[N] x) => (float[N] y) {{
        r = Constant<value = float {{0.5}}>()
        off = Constant<value = bool {{0}}>()
        y = Dropout(x, r{switch}) }}""")
    assert onnx_file.unsupported(model) == []


def test_a_name_that_javascript_keeps_is_refused():
    [sentence] = onnx_file.unsupported(models.text("odd (float[N] __proto__) => (float[N] constructor) { constructor = Neg(__proto__) }"))
    assert 'named "__proto__"' in sentence


def test_operators_of_ones_own_are_found_everywhere():
    model = models.text("""own (bool c, float[N] x) => (float[N] y) { y = If (c)
        <then_branch = yes () => (float[N] a) { a = Neg(x) }, else_branch = no () => (float[N] b) { b = Abs(x) }> }""")
    inside = model.graph.node[0].attribute[1].g.node[0]
    inside.domain = "ai.onnx.contrib"
    assert onnx_file.own_operators(model) == ["ai.onnx.contrib." + inside.op_type]


def test_finish_checks_the_whole_graph():
    model = models.linear()
    model.graph.node[-1].input[0] = "nowhere"
    assert "not valid ONNX" in unsupported(model)[0]


def test_signature_leaves_initializers_out_and_knows_dynamic_dims():
    signature = onnx_file.signature(models.softmax())
    assert list(signature.inputs) == ["features"]
    assert (signature.inputs["features"].dtype, signature.inputs["features"].dims) == ("float32", [None, 4])
    assert signature.outputs["label"].dtype == "int64"


def test_draft_fits_the_graph_it_came_from(tmp_path):
    path = tmp_path / "iris.onnx"
    onnx.save(models.softmax(), path)
    drafted, _ = draft.draft(path)
    assert drafted["name"] == "Iris" and drafted["task"] == "classification"
    assert list(drafted["inputs"]["features"]["fields"]) == [f"features_{index}" for index in (1, 2, 3, 4)]
    assert drafted["outputs"]["probabilities"] == {"kind": "classes", "classes": ["class 0", "class 1", "class 2"]}
