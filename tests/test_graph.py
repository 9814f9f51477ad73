"""What is read from an ONNX file, what is refused, and what `finish` mends."""

import onnx
import pytest
from onnx import TensorProto, helper

import models
from mlweb import draft, graph
from mlweb.problems import Problems

BROKEN = {
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "a text file": b"<!doctype html><title>404</title>",
    "no ONNX model, or only a part of one": models.softmax().SerializeToString()[:150],
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_file_that_is_no_model_gets_a_sentence(tmp_path, sentence):
    path = tmp_path / "model.onnx"
    path.write_bytes(BROKEN[sentence])
    with pytest.raises(Problems, match=sentence) as found:
        graph.load(path)
    assert len(found.value.sentences) == 1


def test_every_truncation_is_noticed(tmp_path):
    path, data = tmp_path / "model.onnx", models.linear().SerializeToString()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(Problems):
            graph.finish(graph.load(path))


def test_a_missing_file_says_what_to_run(tmp_path):
    with pytest.raises(Problems, match="is missing: train and export first"):
        graph.load(tmp_path / "model.onnx")


def test_finish_imports_each_domain_once_and_caps_ir():
    model = models.linear()
    model.opset_import.append(helper.make_opsetid("", 16))
    model.ir_version = 13
    finished = graph.finish(model)
    assert [(each.domain, each.version) for each in finished.opset_import] == [("", 17)]
    assert finished.ir_version == 10


def test_finish_gives_text_a_locale_that_every_system_has():
    model = models.text("""lower (string[N] words) => (string[N] lowered) {
        lowered = StringNormalizer<case_change_action = "LOWER">(words) }""")
    assert [a.s for a in graph.finish(model).graph.node[0].attribute if a.name == "locale"] == [b"C.UTF-8"]


def unsupported(model):
    with pytest.raises(Problems) as found:
        graph.finish(model)
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


def test_finish_checks_the_whole_graph():
    model = models.linear()
    model.graph.node[-1].input[0] = "nowhere"
    assert "not valid ONNX" in unsupported(model)[0]


def test_signature_leaves_initializers_out_and_knows_dynamic_dims():
    signature = graph.signature(models.softmax())
    assert list(signature.inputs) == ["features"]
    assert (signature.inputs["features"].dtype, signature.inputs["features"].dims) == ("float32", [None, 4])
    assert signature.outputs["label"].dtype == "int64"


def test_draft_fits_the_graph_it_came_from(tmp_path):
    path = tmp_path / "iris.onnx"
    onnx.save(models.softmax(), path)
    drafted = draft.draft(path)
    assert drafted["name"] == "Iris" and drafted["task"] == "classification"
    assert list(drafted["inputs"]["features"]["fields"]) == [f"features_{index}" for index in (1, 2, 3, 4)]
    assert drafted["outputs"]["probabilities"] == {"kind": "classes", "classes": ["class 0", "class 1", "class 2"]}
