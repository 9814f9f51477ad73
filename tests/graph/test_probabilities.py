"""Probabilities only where they are: what an export refuses, what it appends to a graph, and what a draft says of scores."""

import json

import numpy as np
import onnx
import pytest
from ruamel.yaml import YAML
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.svm import SVC, LinearSVC

import models
from mlweb import runner
from mlweb.contract import check, schema
from mlweb.draft import draft
from mlweb.errors import UserError
from mlweb.graph import activation, guess, normalize, onnx_file, probabilities, shares
from mlweb.proof import claims, export, export_without_estimator, golden

X = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
WEIGHTS = np.array([[3, -1, 0.5], [0.25, 2, -4]], np.float32)
METADATA = """schema: 1
name: Net
inputs:
  x: {fields: {a: {kind: number, default: 1}, b: {kind: number, default: 1}}}
outputs:
  p: {kind: classes, classes: [red, green, blue]}
"""
SOFTMAX, SIGMOID, INDEPENDENT, SCORES = (METADATA.replace("blue]", f"blue], {claim}") for claim in (
    "probabilities: softmax", "probabilities: sigmoid", "probabilities: independent", "scores: true"
))  # fmt: skip


def logits(last: str = "Identity(logits)") -> onnx.ModelProto:
    """Three numbers of two, and which of them is the highest."""
    weights = ", ".join(map(str, WEIGHTS.reshape(-1)))
    return models.text(f"""net (float[N,2] x) => (float[N,3] p, int64[N] label) <float[2,3] weights = {{{weights}}}> {{
        logits = MatMul(x, weights)
        p = {last}
        label = ArgMax<axis = 1, keepdims = 0>(p) }}""")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exported(model: onnx.ModelProto, metadata: str, expected: np.ndarray) -> onnx.ModelProto:
    """The graph that an export with these held-out rows writes."""
    schema.FILE.write_text(metadata, encoding="utf-8")
    rows = [{"a": a, "b": b} for a, b in X]
    export.export(model, {"x": X}, {"p": expected}, {"a": X[:, 0], "b": X[:, 1]}, rows, {}, ())
    return onnx.load("model/model.onnx")


def computed(model: onnx.ModelProto) -> tuple[np.ndarray, np.ndarray]:
    """p and label of all rows."""
    p, label = runner.strict_session(model.SerializeToString()).run(["p", "label"], {"x": X})
    return p, label


def refused(*given) -> str:
    with pytest.raises(UserError) as found:
        exported(*given)
    [sentence] = found.value.sentences
    return sentence


def test_logits_are_no_probabilities(folder):
    sentence = refused(logits(), METADATA, X @ WEIGHTS)
    low, high = (X @ WEIGHTS).min(), (X @ WEIGHTS).max()
    assert sentence.startswith(f"metadata.yml:6: outputs.p: its numbers lie between {low:.4g} and {high:.4g}, so they are no probabilities")
    assert all(way in sentence for way in ('"probabilities: softmax"', '"probabilities: sigmoid"', '"scores: true"'))
    assert not (folder / "model").exists()
    exported(logits(), SCORES, X @ WEIGHTS)
    assert check.check()


def test_what_lies_in_0_to_1_and_sums_to_something_else_is_so_only_by_the_contract(folder):
    graph, each = logits("Sigmoid(logits)"), activation.applied("sigmoid", X @ WEIGHTS)
    sentence = refused(graph, METADATA, each)
    assert "its rows sum to between" in sentence and '"probabilities: independent"' in sentence and '"scores: true"' in sentence
    for metadata in (INDEPENDENT, SIGMOID):  # it ends with a sigmoid already
        assert len(exported(logits("Sigmoid(logits)"), metadata, each).graph.node) == len(graph.graph.node)
    assert "its numbers lie between" in refused(logits(), INDEPENDENT, X @ WEIGHTS)


@pytest.mark.parametrize(("metadata", "function"), [(SOFTMAX, "softmax"), (SIGMOID, "sigmoid")])
def test_what_is_appended_is_proven(folder, metadata, function):
    before = computed(logits())
    written = exported(logits(), metadata, X @ WEIGHTS)
    assert [(info.name, len(info.type.tensor_type.shape.dim)) for info in written.graph.output] == [("p", 2), ("label", 1)]
    p, label = computed(written)
    np.testing.assert_allclose(p, activation.applied(function, before[0]), rtol=1e-5, atol=1e-6)
    assert (label == before[1]).all()
    [(_, expected)] = golden.read_rows(golden.HELDOUT)
    assert expected["p"].min() >= 0 and expected["p"].max() <= 1 and np.ptp(expected["p"]) > 0.5
    assert check.check()
    wrong = X @ WEIGHTS
    wrong[3, 0] += 0.5
    assert "off in 1 of 30 held-out rows" in refused(logits(), metadata, wrong)


def test_nothing_is_appended_twice_and_it_goes_when_the_contract_does_not_ask_for_it(folder):
    model = logits()
    first = exported(model, SOFTMAX, X @ WEIGHTS).SerializeToString()
    assert exported(model, SOFTMAX, X @ WEIGHTS).SerializeToString() == first
    assert exported(onnx.load("model/model.onnx"), SOFTMAX, X @ WEIGHTS).SerializeToString() == first
    assert np.ptp(computed(exported(onnx.load("model/model.onnx"), SIGMOID, X @ WEIGHTS))[0].sum(1)) > 0.1
    plain = exported(onnx.load("model/model.onnx"), SCORES, X @ WEIGHTS)
    assert plain.graph.node == onnx_file.finalize(logits()).graph.node and not plain.metadata_props


def test_a_contract_that_changed_since_the_export_is_told_by_check(folder):
    exported(logits(), SOFTMAX, X @ WEIGHTS)
    for metadata, lacks in ((SCORES, "ends with a softmax or sigmoid that no"), (SIGMOID, "does not end with the sigmoid that")):
        schema.FILE.write_text(metadata, encoding="utf-8")
        with pytest.raises(UserError, match=f"{lacks} probabilities asks for: export again with: uv run poe export"):
            check.check()
    exported(logits(), SCORES, X @ WEIGHTS)
    schema.FILE.write_text(METADATA, encoding="utf-8")
    with pytest.raises(UserError, match=r"metadata\.yml:6: outputs\.p: its numbers lie between .* so they are no probabilities"):
        check.check()


def test_probabilities_get_no_softmax(folder):
    shares = activation.applied("softmax", X @ WEIGHTS)
    assert "would be appended, so they are probabilities already: leave probabilities: softmax out" in refused(logits(), SOFTMAX, shares)
    graph = logits("Softmax<axis = 1>(logits)")
    assert len(exported(graph, SOFTMAX, shares).graph.node) == len(graph.graph.node)


def test_without_an_estimator_the_graph_itself_says_what_it_gives(folder):
    def native(model: onnx.ModelProto, metadata: str) -> onnx.ModelProto:
        schema.FILE.write_text(metadata, encoding="utf-8")
        export_without_estimator.export_without_estimator(model)
        return onnx.load("model/model.onnx")

    with pytest.raises(UserError, match='its numbers lie between .* "probabilities: softmax"'):
        native(logits(), METADATA)
    assert computed(native(logits(), SOFTMAX))[0].sum(1) == pytest.approx(1)
    assert computed(native(onnx.load("model/model.onnx"), SIGMOID))[0].sum(1) != pytest.approx(1)
    hidden = logits("Softmax<axis = 1>(logits)")
    hidden.graph.node[1].output[0] = "same"
    hidden.graph.node.insert(2, onnx.helper.make_node("Mul", ["same", "one"], ["p"]))  # the operator at the end tells nothing
    hidden.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(1, np.float32), "one"))
    with pytest.raises(UserError, match="they are probabilities already"):
        native(hidden, SOFTMAX)


def test_a_tie_is_no_wrong_order(folder):
    rows = np.array([[0.5, 0.5, 0], [0.1, 0.2, 0.7], [0.5, 0.5, 0], [0.8, 0.1, 0.1]], np.float32)
    agreed = schema.Contract.model_validate(YAML(typ="safe").load(METADATA))
    assert not list(export.misnamed(agreed, {"p": rows, "label": np.array(["green", "blue", "green", "red"], object)}))
    assert list(export.misnamed(agreed, {"p": rows, "label": np.array(["green", "green", "green", "red"], object)}))
    assert not list(export.misnamed(agreed, {"p": rows[::2], "label": np.array(["green", "red"], object)}))


def drafted(folder, model: onnx.ModelProto) -> tuple[dict, str]:
    """The outputs of the draft, which the export that follows takes as it is; and what is said about them."""
    path = folder / "bought.onnx"
    onnx.save(model, path)
    contract, comments = draft.draft(path)
    schema.FILE.write_text(draft.written(contract, []), encoding="utf-8")
    export_without_estimator.export_without_estimator(normalize.load_normalized(path))
    return contract["outputs"], "\n".join(comments)


NAMES = np.array(["setosa", "versicolor", "virginica"])
SCORED = {"kind": "classes", "classes": NAMES.tolist(), "scores": True}


@pytest.mark.parametrize("estimator", [SVC(), LinearSVC(), RidgeClassifier(), SGDClassifier(random_state=0)], ids=lambda each: type(each).__name__)
def test_decision_scores_of_named_classes_are_scores(folder, estimator):
    x, y = load_iris(return_X_y=True)
    x = x.astype(np.float32)
    outputs, said = drafted(folder, to_onnx(estimator.fit(x, NAMES[y]), x[:1], target_opset={"": 17, "ai.onnx.ml": 3}))
    assert SCORED in outputs.values() and "gives scores, not probabilities" in said
    [level] = json.loads((folder / "model/parity.json").read_text())["levels"]
    assert level["passed"]
    schema.FILE.write_text(schema.FILE.read_text().replace("    scores: true\n", ""), encoding="utf-8")
    with pytest.raises(UserError, match="so they are no probabilities"):
        check.check()


@pytest.mark.parametrize("estimator", [LogisticRegression(max_iter=500), RandomForestClassifier(10, random_state=0), SVC(probability=True, random_state=0)])
def test_probabilities_are_plain_classes(folder, estimator):
    x, y = load_iris(return_X_y=True)
    x = x.astype(np.float32)
    outputs, said = drafted(folder, to_onnx(estimator.fit(x, NAMES[y]), x[:1], target_opset={"": 17, "ai.onnx.ml": 3}))
    assert outputs["output_probability"] == {"kind": "classes", "classes": NAMES.tolist()} and "scores" not in said


def test_logits_without_names_are_no_classes(folder):
    outputs, _ = drafted(folder, logits())
    assert outputs["p"]["kind"] in ("tensor", "values")
    named = logits()
    named.metadata_props.add(key="names", value="['red', 'green', 'blue']")
    assert drafted(folder, named)[0]["p"] == {"kind": "classes", "classes": ["red", "green", "blue"], "scores": True}
    other = logits("Neg(logits)")  # the lowest of them is the label
    other.graph.node[-1].input[0] = "logits"
    other.metadata_props.add(key="names", value="['0', '1', '2']")
    assert drafted(folder, other)[0]["p"] == {"kind": "tensor"}


@pytest.mark.parametrize(
    ("last", "advised", "unsaid"),
    [
        ("Identity(logits)", "probabilities: softmax", "independent"),
        ("Reciprocal(grown)", "probabilities: independent", "softmax"),  # in 0..1, by no operator that says so
        ("Concat<axis = 1>(turned, one)", "probabilities: sigmoid", "softmax"),
    ],
)
def test_what_is_advised_for_scores_makes_true_probabilities_of_them(folder, last, advised, unsaid):
    size = 2 if "Concat" in last else 3
    body = f"""net (float[N,2] x) => (float[N,{size}] p)
        <float[2,3] weights = {{{", ".join(map(str, WEIGHTS.reshape(-1)))}}}, int64[1] first = {{0}}, float unit = {{1.0}}> {{
        logits = MatMul(x, weights) power = Exp(logits) grown = Add(power, unit) one = Gather<axis = 1>(logits, first) turned = Neg(one) p = {last} }}"""
    model = models.text(body)
    model.metadata_props.add(key="classes", value=str(["red", "green", "blue"][:size]))
    outputs, said = drafted(folder, model)
    assert outputs["p"]["scores"] and advised in said and unsaid not in said


def test_a_softmax_of_eight_bits_stays_one(folder):
    quantized = """scale = Constant<value_float = 0.00390625>() eight = Constant<value = uint8 {0}>()
        soft = Softmax<axis = 1>(logits) low = QuantizeLinear(soft, scale, eight)"""
    model = logits("DequantizeLinear(low, scale, eight)")
    multiplied, *others = [*model.graph.node]
    inserted = models.text(f"net (float[N,3] logits) => (uint8[N,3] low) {{ {quantized} }}").graph.node
    del model.graph.node[:]
    model.graph.node.extend([multiplied, *inserted, *others])
    model.metadata_props.add(key="classes", value="['red', 'green', 'blue']")
    outputs, _ = drafted(folder, model)
    assert outputs["p"] == {"kind": "classes", "classes": ["red", "green", "blue"], "probabilities": "softmax"}
    assert not activation.unsettled(model, {"p": "softmax"}), "a second one would turn them into others"


SHARES = """net (float[N,2] x) => (float[N,3] p) <float[2,3] weights = {%s}, float[3] bias = {%s}, int64[1] axis = {1}, float some = {%s}> {
        scores = MatMul(x, weights)
        moved = Add(scores, bias)
        positive = %s(moved)
        sum = ReduceSum(positive, axis)
        guarded = Add(sum, some)
        p = Div(positive, guarded) }"""


@pytest.mark.parametrize(
    ("bias", "some", "operator", "kind"),
    [
        (2, "1e-9", "Relu", "values"),  # sums to 1 near the usual values, to 0 where no part is above 0
        (2, "0.0", "Relu", "values"),
        (0, "0.0", "Exp", "classes"),  # a softmax, spelt out
        (0, "0.0", "Sigmoid", "classes"),
    ],
)
def test_shares_of_a_sum_are_probabilities_where_the_sum_is_never_nothing(folder, bias, some, operator, kind):
    numbers = (", ".join(map(str, given)) for given in (np.abs(WEIGHTS).reshape(-1) / 4, [bias] * 3))
    outputs, _ = drafted(folder, models.text(SHARES % (*numbers, some, operator)))
    assert outputs["p"]["kind"] == kind


@pytest.mark.parametrize(
    ("divided", "divisor", "claimed"),
    [
        ("Max(scores, two)", "sum", True),
        ("Abs(scores)", "sum", False),
        ("Max(scores, nothing)", "sum", False),
        ("Clip(scores, nothing)", "sum", False),
        ("Mul(plus, plus)", "sum", True),  # of exponentials and 2
        ("Abs(scores)", "two", None),  # a mean, say
    ],
)
def test_the_graph_says_whether_a_sum_may_be_nothing(divided, divisor, claimed):
    net = models.text(f"""net (float[N,3] scores) => (float[N,3] p) <float two = {{2.0}}, int64[1] axis = {{1}}> {{
        nothing = Constant<value_float = 0.0>()
        grown = Exp(scores)
        plus = Add(grown, two)
        divided = {divided}
        sum = ReduceSum(divided, axis)
        p = Div(divided, {divisor}) }}""")
    assert shares.are_of_something("p", net) is claimed
    assert guess.claimed("p", list(np.eye(3)[:, None]), net, None) == ({} if claimed else None)
    net.graph.node[-1].CopyFrom(onnx.helper.make_node("Mul", ["divided", "inverse"], ["p"]))
    net.graph.node.insert(5, onnx.helper.make_node("Reciprocal", [divisor], ["inverse"]))
    if divisor == "sum":
        assert shares.are_of_something("p", net) is claimed


def test_one_among_zeros_is_a_choice_and_no_probability(folder):
    outputs, _ = drafted(
        folder,
        models.text(f"""net (float[N,2] x) => (float[N,3] p)
        <float[2,3] weights = {{{", ".join(map(str, WEIGHTS.reshape(-1)))}}}, int64 count = {{3}}, float[2] ends = {{0.0, 1.0}}> {{
        scores = MatMul(x, weights)
        highest = ArgMax<axis = 1, keepdims = 0>(scores)
        p = OneHot(highest, count, ends) }}"""),
    )
    assert outputs["p"]["kind"] == "values"


def test_a_sigmoid_of_named_classes_says_so_and_a_draft_of_an_export_says_what_was_appended(folder):
    named = logits("Sigmoid(logits)")
    named.metadata_props.add(key="names", value="['red', 'green', 'blue']")
    assert drafted(folder, named)[0]["p"] == {"kind": "classes", "classes": ["red", "green", "blue"], "probabilities": "sigmoid"}
    appended = exported(logits(), SOFTMAX, X @ WEIGHTS)
    assert drafted(folder, appended)[0]["p"] == {"kind": "classes", "classes": ["class 0", "class 1", "class 2"], "probabilities": "softmax"}


def test_an_untried_draft_goes_by_the_operator(tmp_path):
    x, y = load_iris(return_X_y=True)
    x = x.astype(np.float32)
    for estimator, claim in ((SVC(), {"scores": True}), (LogisticRegression(max_iter=500), {}), (RandomForestClassifier(5), {})):
        onnx.save(to_onnx(estimator.fit(x, NAMES[y]), x[:1], target_opset={"": 17, "ai.onnx.ml": 3}), tmp_path / "it.onnx")
        outputs = draft.draft(tmp_path / "it.onnx", is_tried=False)[0]["outputs"]
        assert outputs["output_probability"] == {"kind": "classes", "classes": NAMES.tolist()} | claim


def test_outputs_in_0_to_1_by_nature():
    agreed = schema.Contract.model_validate(YAML(typ="safe").load(SCORES))
    assert claims.bounded(agreed, logits()) == set()
    assert claims.bounded(agreed, logits("Sigmoid(logits)")) == probabilities.bounded(logits("Softmax<axis = 1>(logits)")) == {"p"}
    assert claims.bounded(schema.Contract.model_validate(YAML(typ="safe").load(METADATA)), logits()) == {"p"}


def test_a_graph_of_classifiers_alone_gets_the_operator_set_of_the_softmax():
    graph = onnx.parser.parse_model("""<ir_version: 8, opset_import: ["ai.onnx.ml" : 3]> net (float[N,2] x) => (int64[N] label, float[N,2] p) {
        label, p = ai.onnx.ml.LinearClassifier<coefficients = [3.0, -1.0, 0.5, 2.0], intercepts = [0.0, 1.0], classlabels_ints = [0, 1]>(x) }""")
    activation.settle(graph, {"p": "softmax"})
    p = runner.strict_session(onnx_file.finalize(graph).SerializeToString()).run(["p"], {"x": X})[0]
    assert p.sum(1) == pytest.approx(1)
