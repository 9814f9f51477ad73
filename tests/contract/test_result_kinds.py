"""Named numbers, labels and points: what a contract may say of them, whether the graph fits, and what a draft makes of a graph."""

import numpy as np
import onnx
import pytest
from pydantic import ValidationError

import models
from mlweb.codec.decode import decode
from mlweb.contract import check, schema
from mlweb.contract.form import make_form
from mlweb.errors import UserError
from mlweb.graph import guess, onnx_file
from mlweb.proof import claims, export

START = "schema: 1\nname: N\ninputs:\n  a: {kind: number, default: 1}\noutputs:\n  "


def three(type_: str = "float[N,3]") -> onnx.ModelProto:
    """Three numbers of one, and which of them is the largest."""
    return models.text(f"""three (float[N,1] a) => ({type_} y, int64[N] best) <float[1,3] by = {{1.0, -2.0, 0.5}}> {{
        y = MatMul(a, by)
        best = ArgMax<axis = 1, keepdims = 0>(y) }}""")


def agreed(folder, outputs: str, model=None, start: str = START) -> tuple[schema.Contract, dict]:
    """The contract and the form of these outputs; raises UserError with what is wrong."""
    model, folder = model or three(), models.project(folder, model or three(), start + outputs + "\n")
    contract = schema.load(folder / "metadata.yml")
    if sentences := check.problems(contract, onnx_file.signature(model), {}, folder):
        raise UserError(*sentences)
    return contract, make_form(contract, onnx_file.signature(model), {})


def test_each_number_has_its_own_unit_or_that_of_all(tmp_path):
    _, form = agreed(tmp_path, "y: {kind: values, unit: m, decimals: 1, values: {east: {unit: km}, to_the_north: {decimals: 0}, up: {label: Height}}}")
    assert form["outputs"][0]["values"] == [
        {"unit": "km", "decimals": 1, "name": "east", "label": "east"},
        {"unit": "m", "decimals": 0, "name": "to_the_north", "label": "to the north"},
        {"unit": "m", "decimals": 1, "name": "up", "label": "Height"},
    ]
    _, short = agreed(tmp_path, "y: {kind: values, values: [east, north, up]}")
    assert [each["name"] for each in short["outputs"][0]["values"]] == ["east", "north", "up"]


def test_the_axes_of_a_point_are_named_or_described(tmp_path):
    model = models.text("two (float[N,1] a) => (float[N,2] y) { y = Concat<axis = 1>(a, a) }")
    _, form = agreed(tmp_path, "y: {kind: point, x: First, y: {label: {en: Second}, unit: m}}", model)
    assert form["outputs"][0]["values"] == [{"name": "x", "label": "First"}, {"name": "y", "label": "Second", "unit": "m"}]
    assert {"x", "y"}.isdisjoint(form["outputs"][0])


def test_names_keep_their_elements_whatever_they_look_like(tmp_path):
    """`{en: English, fr: French}` names two languages that a model tells apart: it is no text in two languages."""
    model = models.text("language (string[N,1] a) => (string[N,1] y) { y = Identity(a) }")
    start = START.replace("number, default: 1", "text")
    schema.load(models.project(tmp_path, model, start + "y: {kind: label, names: {fr: French}}\n") / "metadata.yml")
    folder = models.project(tmp_path, model, start + "y: {kind: label, names: {en: English, fr: {en: French}}}\n")
    form = make_form(schema.load(folder / "metadata.yml"), onnx_file.signature(model), {})
    assert form["outputs"][0]["names"] == [{"value": "en", "label": "English"}, {"value": "fr", "label": "French"}]
    _, form = agreed(tmp_path, 'best: {kind: label, names: {0: small, 9007199254740993: large, "-1": none}}')
    assert [each["value"] for each in form["outputs"][0]["names"]] == ["0", "9007199254740993", "-1"]


WRONG = [
    ("y: {kind: values, values: [east, north]}", "kind values has 2 names here, but the model gives 3 columns (float32 [N, 3]): name each column."),
    ("y: {kind: point}", "kind point is x and y here, but the model gives 3 columns (float32 [N, 3]): name each column."),
    ("y: {kind: value}", "kind value shows one value a row, the model gives float32 [N, 3]: use kind values, classes or tensor."),
    ("y: {kind: label}", "kind label names one element a row, the model gives float32 [N, 3]: use kind values or tensor."),
    ("best: {kind: label, names: {first: a}}", 'names has "first", which the model never gives, because it gives int64: write its numbers as they come'),
    ("best: {kind: label, names: {1: a, '1': b}}", "names has the same element twice, as a number and as text: leave one of them out."),
    ("y: {kind: values, values: [up, up, up]}", '"up" is listed twice: give each number its own name.'),
    ("y: {kind: values, values: {east: {unitt: m}, north: {}, up: {}}}", 'outputs.y.values.east.unitt: unknown key "unitt". Did you mean "unit"?'),
    ("y: {kind: values, values: {classes: {top: 1}}}", "Known here: label, unit, help, decimals, grouping."),
    ("best: {kind: label, label: {en: The best}, names: {0: 1}}", "outputs.best.names.0: input should be a valid string, not 1."),
    ("y: {kind: values, value: [a]}", 'outputs.y.value: unknown key "value". Did you mean "values"?'),
]


@pytest.mark.parametrize(("outputs", "sentence"), WRONG, ids=[outputs for outputs, _ in WRONG])
def test_each_mistake_gets_its_sentence(tmp_path, outputs, sentence):
    with pytest.raises(UserError) as found:
        agreed(tmp_path, outputs)
    assert any(each.startswith("metadata.yml:6: ") and sentence in each for each in found.value.sentences), found.value.sentences


@pytest.mark.parametrize(
    ("type_", "field", "sentence"),
    [
        ("int64", "kind: integer, max: 9007199254740993", "max 9007199254740993 is beyond 9007199254740991, up to which a page has every whole number."),
        ("int64", "kind: integer, default: -9007199254740993", "default -9007199254740993 is beyond 9007199254740991"),
        ("double", "kind: choice, choices: [1, 9007199254740993]", "the choice 9007199254740993 has more digits than a page can send as float64."),
        ("float", "kind: choice, choices: [1, 16777217]", "the choice 16777217 has more digits than a page can send as float32."),
        ("string", "kind: choice, choices: [1, 9007199254740993]", 'has more digits than a page can send as string. Write it as text: "9007199254740993".'),
    ],
)
def test_whole_numbers_that_a_page_can_not_send_exactly_are_refused(tmp_path, type_, field, sentence):
    model = models.text(f"same ({type_}[N,1] a) => ({type_}[N,1] y) {{ y = Identity(a) }}")
    folder = models.project(tmp_path, model, f"schema: 1\nname: N\ninputs:\n  a: {{{field}}}\noutputs:\n  y: {{kind: value}}\n")
    with pytest.raises(UserError) as found:
        check.check(folder)
    assert [sentence in each for each in found.value.sentences] == [True], found.value.sentences


def test_labels_of_rows_that_have_no_name_are_told(tmp_path):
    contract, _ = agreed(tmp_path, "best: {kind: label, names: {0: first, 1: second}}")
    [sentence] = claims.broken(contract, {"best": np.array([0, 2, 1, 2, -1])})
    assert sentence == "metadata.yml:6: outputs.best.names: the model gives 2, -1, which has no name here: add it."
    assert not list(claims.broken(contract, {"best": np.array([0, 1])}))
    free, _ = agreed(tmp_path, "best: {kind: label}")
    assert not list(claims.broken(free, {"best": np.array([7])}))


def test_points_of_held_out_rows_are_kept_few_rounded_and_finite(tmp_path):
    contract, _ = agreed(tmp_path, "y: {kind: point}", models.text("two (float[N,1] a) => (float[N,2] y) { y = Concat<axis = 1>(a, a) }"))
    rows = np.stack([np.arange(1000) / 3, np.ones(1000)], axis=1).astype(np.float32)
    rows[1:4, 0] = np.nan, np.inf, -np.inf
    found = export.points(contract, {"y": rows})["y"]
    assert len(found) == 200 and found[0] == [0, 1] and found[-1] == [333, 1]
    assert export.points(contract, {"y": [rows[:1], rows[4:5]]})["y"] == [[0, 1], [1.333, 1]]


def drafted(model: onnx.ModelProto, name: str, *rows) -> dict:
    """What a draft says of one output, given what rows of one element were computed to."""
    return guess.shown(onnx_file.signature(model).outputs[name], {name: [np.array(row) for row in rows]}, model, batch=True)


def test_a_draft_names_a_few_numbers(tmp_path):
    shown = drafted(three(), "y", np.float32([[1, 2, -3]]), np.float32([[2, -1, 0]]))
    assert shown == {"kind": "values", "values": ["y_1", "y_2", "y_3"]}
    agreed(tmp_path, "y: {kind: values, values: [y_1, y_2, y_3]}")


def test_a_draft_takes_the_names_of_labels_from_the_file():
    model = three()
    assert drafted(model, "best", [0], [2]) == {"kind": "value"}
    model.metadata_props.add(key="names", value="{0: 'cat', 1: 'dog', 2: 'cow'}")
    assert drafted(model, "best", [0], [2]) == {"kind": "label", "names": {0: "cat", 1: "dog", 2: "cow"}}
    assert drafted(model, "best", [0], [3]) == {"kind": "value"}, "a label that the file has no name for"
    count = models.text("count (float[N,1] a) => (int64[N] number) { number = Cast<to = 7>(a) }")
    count.metadata_props.extend(model.metadata_props)
    assert drafted(count, "number", [0], [2]) == {"kind": "value"}, "a count is no label"


def test_a_label_beside_classes_may_have_names_of_its_own(tmp_path):
    """Named otherwise than the classes in their order, one of the two is wrong."""
    model = models.softmax()
    shares = np.eye(3, dtype=np.float32)[[0, 1, 2, 1]]
    for names, is_right in (("{0: a, 1: b, 2: c}", True), ("{0: b, 1: a, 2: c}", False)):
        outputs = f"outputs:\n  label: {{kind: label, names: {names}}}\n  probabilities: {{kind: classes, classes: [a, b, c]}}\n"
        contract = schema.load(models.project(tmp_path, model, models.SOFTMAX.split("outputs:")[0] + outputs) / "metadata.yml")
        assert bool(list(export.misnamed(contract, {"label": np.array([0, 1, 2, 1]), "probabilities": shares}))) != is_right


def test_names_must_be_texts():
    with pytest.raises(ValidationError):
        schema.Contract.model_validate({"schema": 1, "name": "x", "inputs": {"a": {"kind": "number"}}, "outputs": {"y": {"kind": "label", "names": {0: 1}}}})


@pytest.mark.parametrize("shown", ["y: {kind: value}", "y: {kind: label, names: {1: one}}"])
def test_the_first_of_several_numbers_is_no_result(tmp_path, shown):
    """Such as that of one frame of many: the page and the proof would take it for the whole."""
    _, form = agreed(tmp_path, shown, models.text("frames (float[N,1] a) => (float[N,K] y) { y = Concat<axis = 1>(a, a) }"))
    assert decode(form, {"y": np.ones((1, 1), np.float32)})[0]["y"]["value"] == 1
    with pytest.raises(UserError, match='Output "y" has 2 elements, but the page shows 1'):
        decode(form, {"y": np.ones((1, 2), np.float32)})
