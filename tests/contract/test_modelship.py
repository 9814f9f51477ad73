"""A metadata file of modelship becomes a metadata.yml: every key of it, and a sentence for whatever it can't say."""

import sys

import onnx
import pytest

import models
from mlweb.contract import check, form, schema
from mlweb.draft import draft, modelship
from mlweb.errors import UserError
from mlweb.graph import onnx_file
from mlweb.proof import export_without_estimator, golden

EVERYTHING = """name: Flats
description: What a flat costs. </script>
inputs:
  living-area:
    name: Living area
    type: float32
    shape: [null, 1]
    min: 0
    max: 500.5
    step: 0.5
    default: "45.25"
  lift:
    name: Lift
    type: float32
    shape: [null, 1]
    defaut: 0
  town:
    name: Town
    type: string
    shape: [null, 1]
    default: Zürich
outputs:
  price.eur:
    name: Price
    type: float32
    shape: [null, 1]
  all:
    name: All of it
    type: float32
    shape: [null, 3]
  why:
    name: Why
    type: string
    shape: [1]
"""
MODEL = """flats (float[N,1] area, float[N,1] lift, string[N,1] town) => (float[N,1] price, float[N,3] all, string[1] why)
    <float[1,3] three = {1.0, 2.0, 3.0}, string[1] because = {"because"}> {
    price = Add(area, lift)
    all = Mul(price, three)
    same = Identity(town)
    why = Identity(because) }"""


@pytest.fixture
def converted(tmp_path):
    """converted(text) -> (contract, metadata.yml) of a metadata file of modelship."""

    def converted(text: str):
        source, target = tmp_path / "modelship.yml", tmp_path / "metadata.yml"
        source.write_text(text, encoding="utf-8")
        target.write_text(draft.written(modelship.convert(modelship.load(source)), []), encoding="utf-8")
        return schema.load(target), target

    return converted


def test_every_key_arrives(converted):
    agreed, _ = converted(EVERYTHING)
    area, lift, town = agreed.inputs.values()
    assert (agreed.name, agreed.description) == ("Flats", "What a flat costs. </script>")
    assert list(agreed.inputs) == ["living-area", "lift", "town"]
    assert (area.kind, area.label, area.min, area.max, area.step, area.default) == ("number", "Living area", 0, 500.5, 0.5, 45.25)
    assert (lift.default, lift.step, lift.min) == (0, None, None)
    assert (town.kind, town.label, town.default) == ("text", "Town", "Zürich")
    assert {name: (shown.kind, shown.label) for name, shown in agreed.outputs.items()} == {
        "price.eur": ("value", "Price"),
        "all": ("tensor", "All of it"),
        "why": ("value", "Why"),
    }


# The forms of its five public files: a demo that its tests and a talk have, too; a demo on texts; the example of its documentation.
PRICE = """name: Flats
inputs:
  area: {name: Area (m2), type: float32, shape: [null, 1], min: 10, max: 200, step: 1, default: 50}
  rooms: {name: Rooms, type: float32, shape: [null, 1], min: 1, max: 10, step: 1, default: 3}
  latitude: {name: Latitude, type: float32, shape: [null, 1], default: 45.1893525}
outputs: {variable: {name: Price (€), type: float32, shape: [null, 1]}}
""", """price (float[N,1] area, float[N,1] rooms, float[N,1] latitude) => (float[N,1] variable) {
    sized = Mul(area, rooms)
    variable = Add(sized, latitude) }"""  # fmt: skip
OPINION = (
    """name: Films
inputs: {X: {name: A text, type: string, shape: [null], default: I liked this film!}}
outputs: {label: {name: Opinion, type: string, shape: [null]}}
""",
    'opinion (string[N] X) => (string[N] label) { label = ai.onnx.ml.LabelEncoder<keys_strings = ["I liked this film!"], values_strings = ["good"]>(X) }',
)
BOTH = """name: Both
inputs:
  size: {name: Size, type: float32, shape: [null, 1], min: 10, max: 100, step: 1, default: 50}
  words: {name: Words, type: string, shape: [null]}
outputs: {twice: {name: Twice, type: float32, shape: [null, 1]}, same: {name: The same, type: string, shape: [null]}}
""", """both (float[N,1] size, string[N] words) => (float[N,1] twice, string[N] same) {
    twice = Add(size, size)
    same = Identity(words) }"""  # fmt: skip


@pytest.mark.parametrize(("theirs", "graph"), [PRICE, OPINION, BOTH], ids=["numbers", "a text", "both"])
def test_the_forms_that_are_public_become_a_page_without_an_edit(tmp_path, monkeypatch, theirs, graph):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model").mkdir()
    (tmp_path / "theirs.yml").write_text(theirs, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["modelship", "theirs.yml", "--output", "metadata.yml"])
    modelship.main()
    model = models.text(graph)
    if "ai.onnx.ml" in graph:
        model.opset_import.append(onnx.helper.make_opsetid("ai.onnx.ml", 3))
    export_without_estimator.export_without_estimator(model)
    agreed, *_ = check.check(tmp_path)
    assert {name: shown.kind for name, shown in agreed.outputs.items()} == dict.fromkeys(agreed.outputs, "value")
    for name in agreed.outputs:
        computed = [each for _, outputs in golden.read_rows(golden.HELDOUT) for each in outputs[name].reshape(-1).tolist()]
        assert len(set(computed)) > 1, "what the form starts with is a row"


def test_outputs_may_have_types_that_inputs_have_not(converted):
    agreed, _ = converted(EVERYTHING.replace("name: Price\n    type: float32", "name: Price\n    type: int64"))
    assert agreed.outputs["price.eur"].kind == "value"


def test_it_agrees_with_the_model(converted):
    agreed, _ = converted(EVERYTHING.replace("living-area", "area").replace("price.eur", "price"))
    model = models.text(MODEL)
    for port, name in ((model.graph.input, "area"), (model.graph.output, "price")):
        assert port[0].name == name
    signature = onnx_file.signature(model)
    assert check.problems(agreed, signature, {}) == []
    assert form.defaults(form.make_form(agreed, signature, {})) == {"area": 45.25, "lift": 0, "town": "Zürich"}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("min: 0", "minimum: 0", 'inputs.living-area: unknown key "minimum". Did you mean "min"?'),
        ("description: What", "title: x\ndescription: What", 'unknown key "title".'),
        ("    name: Lift\n", "", 'inputs.lift: the key "name" is missing.'),
        ("name: Flats\n", "", 'the key "name" is missing.'),
        ("type: string\n    shape: [null, 1]", "type: int64\n    shape: [null, 1]", "inputs.town: type must be float32 or string, not int64."),
        ("shape: [null, 1]\n    min", "shape: [null, 4]\n    min", "inputs.living-area: shape [None, 4] takes 4 values, but this format has one per field"),
        ("shape: [null, 1]\n    min", "shape: wide\n    min", "inputs.living-area: shape must be a list of whole numbers and null"),
        ("max: 500.5", "max: many", "inputs.living-area: max must be a number, not 'many'."),
        ("max: 500.5", f"max: {'9' * 400}", "inputs.living-area: max must be a number, not 9999"),
        ('default: "45.25"', "default: cosy", "inputs.living-area: default must be a number, not 'cosy'."),
        (EVERYTHING, "[1, 2]", "must be a map with name, inputs and outputs."),
        (EVERYTHING, "a: [", "is not valid YAML"),
        ("inputs:\n", "inputs: []\nothers:\n", "inputs must be a map of the model's names."),
    ],
)
def test_a_mistake_is_a_sentence(converted, before, after, sentence):
    assert before in EVERYTHING
    with pytest.raises(UserError) as found:
        converted(EVERYTHING.replace(before, after, 1))
    assert sentence in str(found.value)


def test_the_command_keeps_what_is_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs.yml").write_text(EVERYTHING, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["modelship", "theirs.yml", "--output", "metadata.yml"])
    modelship.main()
    assert schema.load(tmp_path / "metadata.yml").name == "Flats"
    with pytest.raises(UserError, match="metadata.yml already exists"):
        modelship.main()
