"""mlweb.graph.drawing: the boxes and lines of a graph, for any model that the page can run."""

import hashlib
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import large_graphs
import models
from mlweb.graph import drawing
from mlweb.site.build import build
from small_project import METADATA, contents, edit, make


def named(drawn: dict, name: str) -> dict:
    """The box of the operator with that name."""
    (box,) = [box for box in drawn["boxes"] if box.get("name") == name]
    return box


def arrows(drawn: dict) -> set[tuple[str, str]]:
    """The lines by what their boxes are called: the operator, or the tensors that go in or come out."""

    def called(index: int) -> str:
        box = drawn["boxes"][index]
        return box.get("operator") or " ".join(port["name"] for port in box.get("outputs", box.get("inputs")))

    return {(called(start), called(end)) for start, end in drawn["lines"]}


def test_a_box_for_each_operator_and_what_goes_in_and_out():
    drawn = drawing.draw(models.linear())
    kinds = [box["kind"] for box in drawn["boxes"]]
    assert kinds == ["input", "input", *["plain"] * 7, "output"] and drawn["drawn"] == 7
    assert arrows(drawn) == {("a", "Mul"), ("b", "Mul"), ("Constant", "Mul"), ("Mul", "Add"), ("Add", "Add"), ("Constant", "Add"), ("Add", "y")}
    assert drawn["operators"][0] == {"domain": "ai.onnx", "operator": "Constant", "count": 3}
    assert (drawn["ir"], drawn["opsets"], drawn["producer"]) == (10, {"ai.onnx": 17}, "")


def test_lines_are_those_of_the_graph():
    model = large_graphs.residual()
    drawn = drawing.draw(model)
    shift = 1  # the box of the input comes first
    maker = {output: index + shift for index, node in enumerate(model.graph.node) for output in node.output} | {"features": 0}
    wanted = {(maker[name], index + shift) for index, node in enumerate(model.graph.node) for name in node.input if name in maker}
    assert {tuple(line) for line in drawn["lines"]} == wanted | {(maker["probabilities"], len(drawn["boxes"]) - 1)}
    assert len(drawn["lines"]) == len(wanted) + 1 == 21, "19 boxes in a row, a short cut, and one by a box of its own"
    assert [end for _, end in drawn["lines"]] == sorted(end for _, end in drawn["lines"])
    assert all(start < end for start, end in drawn["lines"])


def test_shapes_attributes_and_stored_tensors_are_told_but_no_weights():
    drawn = drawing.draw(large_graphs.residual())
    conv = named(drawn, "/conv_1")
    assert conv["kind"] == "weights" and named(drawn, "/reshape_0")["kind"] == "plain", "a shape is no weight"
    assert conv["inputs"][1:] == [
        {"name": "stem.weight", "type": "float32 [4, 1, 3, 3]", "stored": True},
        {"name": "stem.bias", "type": "float32 [4]", "stored": True},
    ]
    assert conv["outputs"] == [{"name": "conv_1", "type": "float32 [?, 4, 4, 4]"}]
    assert conv["attributes"] == {"pads": "[1, 1, 1, 1]"}
    assert drawn["producer"] == "hand 1"
    assert len(json.dumps(drawn)) < 7000 and "0.5" not in json.dumps(drawn)


def test_attributes_are_short():
    trees = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", nodes_values=[0.5] * 500, nodes_modes=["LEAF"] * 9, base_values=[0.1], n_targets=1
    )
    cast = helper.make_node("Cast", ["y"], ["z"], to=TensorProto.DOUBLE)
    odd = helper.make_node("Odd", ["z"], ["o"], domain="org.example", text="é" * 300, table=numpy_helper.from_array(np.ones((2, 3))), flag=b"\xff")
    drawn = drawing.draw(helper.make_model(helper.make_graph([trees, cast, odd], "g", [], [])))
    assert [box["kind"] for box in drawn["boxes"]] == ["ml", "plain", "other"]
    told = [box["attributes"] for box in drawn["boxes"]]
    assert told[0] == {"base_values": "[0.1]", "n_targets": "1", "nodes_modes": "string [9]", "nodes_values": "float32 [500]"}
    assert told[1] == {"to": "float64"}
    assert told[2]["table"] == "float64 [2, 3]" and told[2]["text"] == "é" * 79 + "…" and told[2]["flag"] == "\N{REPLACEMENT CHARACTER}"


def test_a_subgraph_is_its_operators_and_reads_from_around_it():
    model = models.text("""branched (float[N,1] a, float[N,1] b, bool sure) => (float[N,1] y) {
        y = If (sure) <
          then_branch = yes () => (float[N,1] t) { twice = Add(a, a)  t = Add(twice, b) },
          else_branch = no () => (float[N,1] e) { e = Neg(b) }> }""")
    drawn = drawing.draw(model)
    assert arrows(drawn) == {("a", "If"), ("b", "If"), ("sure", "If"), ("If", "y")}
    assert drawn["boxes"][3]["attributes"] == {"else_branch": "{Neg}", "then_branch": "{Add × 2}"}


def test_a_crowd_of_inputs_that_go_the_same_way_is_one_box():
    for count, boxes in ((drawing.CROWD, [1] * drawing.CROWD), (drawing.CROWD + 1, [drawing.CROWD + 1])):
        inputs = [helper.make_tensor_value_info(f"x{index}", TensorProto.FLOAT, ["N", 1]) for index in range(count)]
        other = helper.make_tensor_value_info("other", TensorProto.FLOAT, ["N", 1])
        nodes = [helper.make_node("Concat", [each.name for each in inputs], ["all"], axis=1), helper.make_node("Mul", ["all", "other"], ["y"])]
        drawn = drawing.draw(helper.make_model(helper.make_graph(nodes, "g", [*inputs, other], [])))
        assert [len(box["outputs"]) for box in drawn["boxes"] if box["kind"] == "input"] == [*boxes, 1]


def test_of_a_large_graph_the_first_operators_are_drawn_and_all_are_counted():
    drawn = drawing.draw(large_graphs.chain(1000))
    assert drawn["drawn"] == drawing.MOST and len(drawn["boxes"]) == drawing.MOST + 1, "the output is far away"
    assert sum(each["count"] for each in drawn["operators"]) == 1000
    assert drawn["operators"] == [
        {"domain": "ai.onnx", "operator": "Relu", "count": 666},
        {"domain": "ai.onnx", "operator": "Neg", "count": 333},
        {"domain": "ai.onnx", "operator": "Add", "count": 1},
    ]
    assert len(json.dumps(drawn)) < 80_000


@pytest.mark.parametrize(
    "model", [models.linear, models.softmax, models.mixed, models.looked_up, models.zipmap, large_graphs.residual, large_graphs.dense, large_graphs.hostile]
)
def test_any_model_can_be_drawn_twice_the_same(model):
    first, entry = drawing.files(model().SerializeToString())
    assert (first, entry) == drawing.files(model().SerializeToString())
    assert len(json.loads(first["graph.json"])["boxes"]) > len(model().graph.node)


def test_a_graph_that_the_inference_of_shapes_refuses_is_drawn_without_them():
    model = large_graphs.residual()
    del model.opset_import[:]
    with pytest.raises(onnx.shape_inference.InferenceError):
        onnx.shape_inference.infer_shapes(model)
    drawn = drawing.draw(model)
    assert len(drawn["boxes"]) == 20
    assert named(drawn, "/conv_1")["outputs"] == [{"name": "conv_1", "type": ""}]


def test_an_attribute_without_a_value_is_drawn_without_one():
    """One that whoever calls a function would give, where there is no function."""
    model = large_graphs.residual()
    conv = next(node for node in model.graph.node if node.attribute)
    for attribute in conv.attribute:
        attribute.ref_attr_name = "given"
    assert set(named(drawing.draw(model), conv.name)["attributes"].values()) == {""}


def test_the_build_writes_it_where_the_page_has_the_panel(tmp_path):
    root = make(tmp_path / "small")
    edit(root / "metadata.yml", METADATA, METADATA + "page: {panels: [predict]}\n")
    build(root, root / "dist")
    assert not any("graph.json" in name for name in contents(root / "dist"))
    edit(root / "metadata.yml", "[predict]", "[predict, graph]")
    build(root, root / "dist")
    files = contents(root / "dist")
    (name,) = [name for name in files if name.endswith("/graph.json")]
    assert name.startswith("app-") and len(json.loads(files[name])["boxes"]) == 3
    manifest = json.loads(files[name.replace("graph.json", "manifest.json")])
    assert manifest["graph"] == {"url": "graph.json", "bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
    assert "graph.json" in manifest["keep"], "for a visit without a network"
