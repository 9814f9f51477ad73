"""How the classes of an output are called: names go where their columns go, and stay away where columns are mixed."""

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from mlweb import runner
from mlweb.graph import class_names

OPSETS = '<ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3]>'
WORDS = ["ant", "bee", "cat", "dog"]
X = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
MOVES = ("gather", "extract", "reverse", "cut", "swap", "scale", "shift", "exp", "share", "twice")
WEIGHTS = ", ".join(map(str, np.random.default_rng(1).normal(size=16).round(3)))
CLASSIFIER = f"""net (float[N,4] x) => ({{}}) <float one = {{{{1.0}}}}, int64[1] axis = {{{{1}}}}, {{}}> {{{{
    word, p = ai.onnx.ml.LinearClassifier<coefficients = [{WEIGHTS}], intercepts = [0.1, 0.2, 0.3, 0.4], post_transform = "SOFTMAX", {{}}>(x) {{}} }}}}"""
STRINGS = 'classlabels_strings = ["ant", "bee", "cat", "dog"]'
OTHER = f"o, other = ai.onnx.ml.LinearClassifier<{STRINGS}, coefficients = [{WEIGHTS}], intercepts = [0.4, 0.3, 0.2, 0.1]>(x)"
NONE = "float two = {2.0}"
HIGHEST = "i = ArgMax<axis = 1, keepdims = 0>(p)"


def classifier(outputs: str, steps: str, constants: str = NONE, labels: str = STRINGS) -> onnx.ModelProto:
    """A classifier of four classes whose probabilities are p and whose label is word, and what follows it."""
    return onnx.parser.parse_model(OPSETS + CLASSIFIER.format(outputs, constants, labels, steps))


def names(model: onnx.ModelProto, output: str = "q", count: int = 4) -> list | None:
    """The names of an output's classes; None for none."""
    found = class_names.found(output, model, count)
    return [*found.names] if found else None


@st.composite
def moved(draw) -> tuple[onnx.ModelProto, list[str]]:
    """A classifier's probabilities after steps that each keep a column a column, and the names of those that are left."""
    model = classifier("float[N,M] q", "q = Identity(p)")
    graph, last, left = model.graph, "p", list(WORDS)
    del graph.node[-1]

    def add(operator: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes) -> str:
        graph.node.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def constant(values, dtype=np.int64) -> str:
        graph.initializer.append(numpy_helper.from_array(np.array(values, dtype), name := f"c{len(graph.initializer)}"))
        return name

    for at, move in enumerate(draw(st.lists(st.sampled_from(MOVES), max_size=6))):
        made = f"t{at}"
        match move:
            case "gather" | "extract":
                order = draw(st.permutations(range(len(left))))
                left = [left[index] for index in order]
                written = [index - len(order) if draw(st.booleans()) and move == "gather" else index for index in order]
                gather = ("Gather", {"axis": draw(st.sampled_from([1, -1]))}) if move == "gather" else ("ArrayFeatureExtractor", {"domain": "ai.onnx.ml"})
                last = add(gather[0], [last, constant(written)], [made], **gather[1])
            case "reverse":
                left = left[::-1]
                last = add("Slice", [last, constant([-1]), constant([-100]), constant([1]), constant([-1])], [made])
            case "cut" if len(left) > 2:
                start = draw(st.integers(0, 1))
                left = left[start : start + len(left) - 1]
                last = add("Slice", [last, constant([start]), constant([start + len(left)]), constant([-1])], [made])
            case "swap" if len(left) > 1:
                first = draw(st.integers(1, len(left) - 1))
                add("Split", [last, constant([first, len(left) - first])], [f"{made}a", f"{made}b"], axis=1)
                left = left[first:] + left[:first]
                last = add("Concat", [f"{made}b", f"{made}a"], [made], axis=-1)
            case "scale":
                last = add("Mul", [constant(np.arange(1, len(left) + 1), np.float32), last], [made])
            case "shift":
                last = add("Sub", [constant([1.0], np.float32), last], [made])
            case "exp":
                last = add("Softmax", [last], [made], axis=1)
            case "share":
                add("ReduceSum", [last, "axis"], [f"{made}s"], keepdims=1)
                last = add("Div", [last, f"{made}s"], [made])
            case "twice":
                add("Exp", [last], [f"{made}e"])
                last = add("Add", [last, f"{made}e"], [made])
    add("Identity", [last], ["q"])
    graph.output[0].type.tensor_type.shape.dim[1].dim_value = len(left)
    return model, left


@settings(max_examples=200, deadline=None)
@given(moved())
def test_names_go_where_their_columns_go(given):
    model, left = given
    assert names(model, "q", len(left)) == left
    onnx.checker.check_model(model)


@pytest.mark.parametrize(
    ("steps", "constants"),
    [
        ("q = CumSum(p, last)", "int64 last = {1}"),
        ("z = MatMul(p, w) q = Softmax<axis = 1>(z)", f"float[4,4] w = {{{WEIGHTS}}}"),
        ("q, ids = TopK<axis = 1>(p, k)", "int64[1] k = {4}"),
        (
            "r = Reshape(p, half) s = Softmax<axis = 2>(r) t = Transpose<perm = [0, 2, 1]>(s) q = Reshape(t, whole)",
            "int64[3] half = {-1, 2, 2}, int64[2] whole = {-1, 4}",
        ),
        (f"{OTHER.replace('ant', 'eel')} q = Mul(p, other)", NONE),
    ],
    ids=["sums", "mixed", "sorted", "turned", "of two"],
)
def test_what_is_computed_from_several_columns_has_the_name_of_none(steps, constants):
    assert names(classifier("float[N,4] q", steps, constants)) is None


def test_rows_that_are_cut_in_two_have_no_names_of_half_of_them():
    assert names(classifier("float[M,2] q", "q = Reshape(p, half)", "int64[2] half = {-1, 2}"), count=2) is None


def test_classifiers_that_agree_name_what_is_computed_of_both():
    assert names(classifier("float[N,4] q", f"{OTHER} q = Mul(p, other)")) == WORDS


INTS = "classlabels_ints = [0, 1, 2, 3]"
TABLE = 'keys_int64s = [3, 2, 1, 0], values_strings = ["west", "south", "east", "north"], default_string = "?"'
COMPASS = ["north", "east", "south", "west"]


@pytest.mark.parametrize(
    ("label", "steps", "constants", "right"),
    [
        ("int64[N] label", f"{HIGHEST} label = Gather(held, i)", "int64[4] held = {7, 3, 9, 5}", [7, 3, 9, 5]),
        (
            "int64[M] label",
            "i = ArgMax<axis = 1>(p) e = ai.onnx.ml.ArrayFeatureExtractor(held, i) r = Reshape(e, flat) label = Cast<to = 7>(r)",
            "int32[4] held = {1, 2, 3, 4}, int64[1] flat = {-1}",
            [1, 2, 3, 4],
        ),
        ("int64[N] label", "i = ArgMax<axis = -1, keepdims = 0>(p) label = Add(i, by)", "int64 by = {1}", [1, 2, 3, 4]),
        ("string[N] label", f"{HIGHEST} label = ai.onnx.ml.LabelEncoder<{TABLE}>(i)", NONE, COMPASS),
        ("string[N] label", f"{HIGHEST} j = Sub(by, i) label = ai.onnx.ml.LabelEncoder<{TABLE}>(j)", "int64 by = {3}", ["west", "south", "east", "north"]),
        ("string[N] label", f"label = ai.onnx.ml.LabelEncoder<{TABLE}>(word)", NONE, COMPASS),
        ("string[N] label", f"i = ArgMin<axis = 1, keepdims = 0>(p) label = ai.onnx.ml.LabelEncoder<{TABLE}>(i)", NONE, COMPASS),
        (
            "int64[N] label",  # what each row is divided by is no column of a class
            f"s = ReduceSum<keepdims = 0>(p, last) u = Unsqueeze(s, last) d = Div(p, u) {HIGHEST.replace('(p)', '(d)')} label = Gather(held, i)",
            "int64[1] last = {1}, int64[4] held = {7, 3, 9, 5}",
            [7, 3, 9, 5],
        ),
        ("int64[N] count", "i = ArgMax<axis = 1, keepdims = 0>(x) count = Gather(held, i)", "int64[4] held = {7, 3, 9, 5}", [0, 1, 2, 3]),
        ("int64[N] label", "label = ArgMax<axis = 1, keepdims = 0>(p)", NONE, [0, 1, 2, 3]),
        ("int64[N] fee", f"{HIGHEST} fee = Gather(held, i)", "int64[4] held = {10, 10, 25, 40}", [0, 1, 2, 3]),
    ],
)
def test_the_label_beside_an_output_says_what_its_columns_are_called(label, steps, constants, right):
    taken = "g = Gather<axis = 1>(p, order) q = Div(g, u)" if "u = " in steps else "q = Gather<axis = 1>(p, order)"
    model = classifier(f"float[N,4] q, {label}", f"{steps} {taken}", f"{constants}, int64[4] order = {{2, 0, 3, 1}}", INTS)
    assert names(model) == [right[index] for index in (2, 0, 3, 1)]
    q, said = runner.strict_session(model.SerializeToString()).run(["q", label.split()[1]], {"x": X})
    if label.startswith("string") and "ArgMin" not in steps:
        assert [names(model)[index] for index in q.argmax(1)] == said.tolist()


def test_an_output_that_is_called_a_label_says_more_than_another():
    steps = f"{HIGHEST} price = Gather(prices, i) label = Gather(held, i) q = Identity(p)"
    model = classifier("int64[N] price, int64[N] label, float[N,4] q", steps, "int64[4] held = {7, 3, 9, 5}, int64[4] prices = {10, 20, 30, 40}", INTS)
    assert names(model) == [7, 3, 9, 5]


def test_the_index_of_the_highest_column_names_nothing():
    body = f"<float[4,4] w = {{{WEIGHTS}}}> {{ q = MatMul(x, w) label = ArgMin<axis = 1, keepdims = 0>(q) }}"
    assert names(onnx.parser.parse_model(f"{OPSETS} net (float[N,4] x) => (float[N,4] q, int64[N] label) {body}")) is None
