"""Sizes that an exporter leaves open: which follow from what goes in by its shape, and which from its values."""

import numpy as np
import onnx
import pytest

from mlweb import runner
from mlweb.draft import draft
from mlweb.graph import value_sizes

HALF = "s = Shape(x) i = Constant<value = int64[1] {1}>() w = Gather(s, i) two = Constant<value = int64[1] {2}>() h = Div(w, two)"
START = "a = Constant<value = int64[1] {0}>() one = Constant<value = int64[1] {1}>()"
COUNT = "m = ReduceMax<keepdims = 0>(x) r = Abs(m) n = Cast<to = 7>(r) c = Reshape(n, one)"  # as many as the largest number says
FIXED = {
    "chunk": f"{HALF} {START} y = Slice(x, a, h, one)",
    "split": "l, y = Split<axis = 1>(x)",
    "shape": f"{HALF} {START} d = Concat<axis = 0>(one, two, h) r = Reshape(x, d) z = Constant<value = int64[1] {{1}}>() y = ReduceSum<keepdims = 0>(r, z)",
    "scatter": "i = ArgMax<axis = 1>(x) j = Cast<to = 7>(i) y = GatherElements<axis = 1>(x, j)",
    "ones": "d = Constant<value = int64 {4}>() v = Constant<value = float[2] {0.0, 1.0}>() i = ArgMax<axis = 1, keepdims = 0>(x) y = OneHot(i, d, v)",
    "count of a shape": f"{HALF} {START} f = Constant<value = int64[1] {{3}}>() d = Concat<axis = 0>(one, f) y = Expand(one, d)",
}
BY_VALUES = {
    "slice": f"{START} {COUNT} y = Slice(x, a, c, one)",
    "expand": f"{START} {COUNT} d = Concat<axis = 0>(one, c) z = Constant<value = float {{2.0}}>() y = Expand(z, d)",
    "pad": f"{START} {COUNT} p = Concat<axis = 0>(a, a, a, c) y = Pad(x, p)",
    "tile": f"{START} {COUNT} p = Concat<axis = 0>(one, c) y = Tile(x, p)",
    "top": f"{START} k = Constant<value = int64[1] {{4}}>() {COUNT} q = Min(c, k) y, ids = TopK<axis = 1>(x, q)",
    "range": f"{START} {COUNT} a0 = Squeeze(a) b0 = Squeeze(c) d0 = Squeeze(one) g = Range(a0, b0, d0) y = Unsqueeze(g, a)",
    "shape of what was found": f"{START} u = Relu(x) t = NonZero(u) s = Shape(t) k = Gather(s, one) n = Concat<axis = 0>(one, k) y = ConstantOfShape(n)",
    "found": "z = Constant<value = float {0.0}>() b = Greater(x, z) f = Cast<to = 1>(b) t = NonZero(f) u = Cast<to = 1>(t) y = Identity(u)",
    "unique": "u = Floor(x) y0 = Unique<sorted = 1>(u) a = Constant<value = int64[1] {0}>() y = Unsqueeze(y0, a)",
    "in a branch": """z = Constant<value = float {0.0}>() m = ReduceMax<keepdims = 0>(x) b = Greater(m, z)
        y = If (b) <then_branch = g1 () => (float[A,B] p) { p = Identity(x) }, else_branch = g2 () => (float[C,D] q) { q = Concat<axis = 1>(x, x) }>""",
}


def net(steps: str) -> onnx.ModelProto:
    output = "int64[N,M] y" if "Expand(one" in steps or "Range" in steps else "float[N,M] y"
    return onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]> net (float[N,4] x) => ({output}) {{ {steps} }}')


def shapes(model: onnx.ModelProto) -> set[tuple[int, ...]]:
    """Of the output, for some rows."""
    session, generator = runner.strict_session(model.SerializeToString()), np.random.default_rng(0)
    rows = [generator.normal(0, 3, (1, 4)).astype(np.float32) - shift for shift in (0, 0, 0, 9, 20)]
    return {runner.compute(session, ["y"], {"x": row})["y"].shape for row in rows}


@pytest.mark.parametrize("case", FIXED)
def test_a_size_that_follows_from_shapes_is_declared_as_it_is(tmp_path, case):
    model = net(FIXED[case])
    assert "y" not in value_sizes.by_values(model) and len(found := shapes(model)) == 1
    onnx.save(model, tmp_path / "open.onnx")
    shown = draft.draft(tmp_path / "open.onnx")[0]["outputs"]["y"]
    assert found == {(1, 1)} or (shown["kind"] == "values" and len(shown["values"]) == found.pop()[1]), "a size of 1 may be one that counts rows"


@pytest.mark.parametrize("case", BY_VALUES)
def test_a_size_that_values_decide_stays_open(tmp_path, case):
    model = net(BY_VALUES[case])
    assert "y" in value_sizes.by_values(model) and len(shapes(model)) > 1
    onnx.save(model, tmp_path / "open.onnx")
    assert draft.draft(tmp_path / "open.onnx")[0]["outputs"]["y"] == {"kind": "tensor"}


@pytest.mark.parametrize("dims", ["N,T", "A,B"])
def test_a_size_of_a_longer_input_is_longer(tmp_path, dims):
    model = net(FIXED["chunk"])
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "T"
    onnx.save(model, tmp_path / "open.onnx")
    assert draft.draft(tmp_path / "open.onnx")[0]["outputs"]["y"] == {"kind": "tensor"}
