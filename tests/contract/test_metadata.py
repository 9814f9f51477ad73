"""The schema of metadata.yml and its agreement with the graph: every mistake at once, one line each, with file and line."""

import json

import pytest

import models
from mlweb.contract import check, schema
from mlweb.contract.form import defaults, make_form
from mlweb.errors import UserError


def mistakes(folder, model, metadata, monkeypatch):
    """The sentences of `check` for a model and a metadata file."""
    monkeypatch.chdir(models.project(folder, model, metadata))
    with pytest.raises(UserError) as found:
        check.check()
    return found.value.sentences


@pytest.mark.parametrize(("model", "metadata"), [(models.linear, models.LINEAR), (models.softmax, models.SOFTMAX), (models.mixed, models.MIXED)])
def test_what_agrees_passes(tmp_path, monkeypatch, capsys, model, metadata):
    monkeypatch.chdir(models.project(tmp_path, model(), metadata))
    check.main()
    assert "metadata.yml and model/model.onnx agree" in capsys.readouterr().out


WRONG = [
    ("name: Linear", "nam: Linear", 'metadata.yml:2: nam: unknown key "nam". Did you mean "name"?'),
    ("kind: number, default: 1", "kind: number, labl: A", 'metadata.yml:4: inputs.a.labl: unknown key "labl". Did you mean "label"?'),
    ("  a:", "  aa:", 'metadata.yml:4: inputs.aa: the model has no input "aa". Did you mean "a"?'),
    ("  y:", "  price:", 'metadata.yml:7: outputs.price: the model has no output "price". It has "y".'),
    ("kind: value", "kind: vallue", 'metadata.yml:7: outputs.y: unknown kind "vallue". Did you mean "value"? Known: value, values, '),
    ("kind: number, default: 1", "kind: text", "metadata.yml:4: inputs.a: kind text needs a string input, the model's is float32."),
    ("min: 0, max: 10", "min: 10, max: 0", "metadata.yml:5: inputs.b: min 10 must be below max 0."),
    ("min: 0, max: 10", "slider: [10, 0]", "metadata.yml:5: inputs.b: slider 10 must be below 0: write its lower end first."),
    ("default: 2", "default: 20", "metadata.yml:5: inputs.b.default: b must be at most 10."),
    ("decimals: 2", "decimals: two", 'metadata.yml:7: outputs.y.decimals: input should be a valid integer, not "two".'),
    (
        "kind: value, decimals: 2",
        "kind: classes, classes: [x, y]",
        "metadata.yml:7: outputs.y: 2 classes are listed in metadata.yml, but the model gives 1 columns (float32 [N, 1]): list one name for each column.",
    ),
    (
        "kind: value, decimals: 2",
        "kind: classes, classes: [x, y], scores: true, probabilities: softmax",
        "metadata.yml:7: outputs.y: scores: true and probabilities: softmax contradict each other: leave one of them out.",
    ),
    (
        "kind: value, decimals: 2",
        "kind: classes, classes: [x, y], scores: true, threshold: 0.5",
        "metadata.yml:7: outputs.y: threshold is a probability, but scores: true says that there are none: leave one of them out.",
    ),
    (
        "kind: value, decimals: 2",
        "kind: classes, classes: [x, y], threshold: .nan",
        "metadata.yml:7: outputs.y.threshold: input should be a finite number, not NaN.",
    ),
    (
        "kind: value, decimals: 2",
        "kind: classes, classes: [x, y], probabilities: softmaxx",
        "metadata.yml:7: outputs.y.probabilities: input should be 'softmax', 'sigmoid' or 'independent', not \"softmaxx\".",
    ),
    ("outputs:", "outputs: [", "metadata.yml:8: this is not valid YAML:"),
    ("name: Linear", "name: Linear\npage: {panels: [predict, predict]}", 'metadata.yml:3: page: panels lists "predict" twice: a page has each panel once.'),
    ("name: Linear", "name: Linear\npage: {panels: []}", "metadata.yml:3: page.panels: list should have at least 1 item"),
    ("name: Linear", "name: Linear\nparity: {rtol: .inf}", "metadata.yml:3: parity.rtol: input should be a finite number, not Infinity."),
    ("default: 2", "default: 2, step: .inf", "metadata.yml:5: inputs.b.step: input should be a finite number, not Infinity."),
    ("schema: 1", "schema: 2", "metadata.yml:1: schema 2 is newer than 1, the newest that this version of the page reads: update it with: uvx copier update"),
]


@pytest.mark.parametrize(("good", "bad", "sentence"), WRONG, ids=[bad for _, bad, _ in WRONG])
def test_each_mistake_gets_its_sentence(tmp_path, monkeypatch, good, bad, sentence):
    assert good in models.LINEAR
    found = mistakes(tmp_path, models.linear(), models.LINEAR.replace(good, bad, 1), monkeypatch)
    assert any(each.startswith(sentence) for each in found), found


def test_all_mistakes_come_at_once(tmp_path, monkeypatch):
    metadata = models.SOFTMAX.replace("unit: cm, default: 5.1", "uniit: cm").replace("kind: value", "kind: valu").replace("name: Iris\n", "")
    found = mistakes(tmp_path, models.softmax(), metadata, monkeypatch)
    assert len(found) == 3, found
    assert all("\n" not in each for each in found)


def test_a_missing_input_and_a_wrong_width_are_named(tmp_path, monkeypatch):
    only_a = models.LINEAR.replace("  b: {kind: number, default: 2, min: 0, max: 10}\n", "")
    assert mistakes(tmp_path, models.linear(), only_a, monkeypatch) == ['metadata.yml:3: inputs: the model\'s input "b" is missing here; add it with a kind.']
    three = models.SOFTMAX.replace("      petal_width: {kind: number, unit: cm, default: 0.2}\n", "")
    assert mistakes(tmp_path, models.softmax(), three, monkeypatch) == [
        "metadata.yml:5: inputs.features: the model takes float32 [N, 4] here, which is 4 values a row, but 3 fields are listed."
    ]


def test_examples_must_be_values_that_the_form_takes(tmp_path, monkeypatch):
    examples = "examples:\n  - {label: Big, values: {b: 11, c: 1}}\n"
    assert mistakes(tmp_path, models.linear(), models.LINEAR + examples, monkeypatch) == [
        'metadata.yml:9: examples: "Big": there is no field "c".',
        'metadata.yml:9: examples: "Big": b must be at most 10.',
    ]


def test_no_inputs_no_file_no_map(tmp_path, monkeypatch):
    empty = models.LINEAR.split("inputs:")[0] + "inputs: {}\noutputs:\n  y: {kind: value}\n"
    assert "inputs" in mistakes(tmp_path, models.linear(), empty, monkeypatch)[0]
    assert "must be a map" in mistakes(tmp_path, models.linear(), "just text", monkeypatch)[0]
    (tmp_path / "metadata.yml").unlink()
    with pytest.raises(UserError, match=r"metadata\.yml is missing: draft one"):
        check.check()


def test_the_schema_for_editors_is_up_to_date():
    written = json.loads(schema.SCHEMA.read_text(encoding="utf-8"))
    assert written == schema.Contract.model_json_schema(by_alias=True), "write it again with: python -m mlweb.contract.schema"


def test_the_form_takes_defaults_from_training():
    agreed = schema.Contract.model_validate(
        {"schema": 1, "name": "x", "inputs": {"a": {"kind": "number"}, "b": {"kind": "integer"}}, "outputs": {"y": {"kind": "value"}}}
    )
    from mlweb.graph import onnx_file

    signature = onnx_file.signature(models.linear())
    form = make_form(agreed, signature, {"fields": {"a": {"median": 0}, "b": {"median": 2.6}}})
    assert defaults(form) == {"a": 0, "b": 3}
    assert form["inputs"][0] == {
        "name": "a", "dtype": "float32", "dims": [None, 1],
        "fields": [{"name": "a", "kind": "number", "label": "a", "missing": "refuse", "default": 0}],
    }  # fmt: skip


def test_a_graph_that_gives_more_than_it_declares_is_caught_by_a_run(tmp_path, monkeypatch):
    wide = models.text("wide (float[N,1] a) => (float[N,C] y) <float[1,3] three = {1.0, 2.0, 3.0}> { y = MatMul(a, three) }")
    metadata = "schema: 1\nname: W\ninputs:\n  a: {kind: number}\noutputs:\n  y: {kind: value}\n"
    assert mistakes(tmp_path, wide, metadata, monkeypatch) == ['Output "y" of kind value needs 1 number a row, the model gives 3.']


def test_a_graph_that_takes_more_than_it_declares_is_caught_by_a_run(tmp_path, monkeypatch):
    narrow = models.text("narrow (float[N,D] a) => (float[N,1] y) <float[4,1] four = {1.0, 2.0, 3.0, 4.0}> { y = MatMul(a, four) }")
    metadata = "schema: 1\nname: W\ninputs:\n  a: {kind: number}\noutputs:\n  y: {kind: value}\n"
    [sentence] = mistakes(tmp_path, narrow, metadata, monkeypatch)
    assert sentence.startswith("The model can't compute one row of this form: ")


def test_a_choice_must_fit_into_the_dtype(tmp_path, monkeypatch):
    bytes_ = models.text("bytes (uint8[N,1] a) => (uint8[N,1] y) { y = Identity(a) }")
    metadata = "schema: 1\nname: B\ninputs:\n  a: {kind: choice, choices: [1, 300]}\noutputs:\n  y: {kind: value}\n"
    assert mistakes(tmp_path, bytes_, metadata, monkeypatch) == ["metadata.yml:4: inputs.a: the choice 300 does not fit into uint8."]


@pytest.mark.parametrize(("dtype", "fits", "beyond"), [("int64", 2**53 - 1, 2**53), ("int64", -5, -(2**60)), ("float32", 3.4e38, 1e39)])
def test_a_choice_must_be_one_that_a_page_can_send(tmp_path, monkeypatch, dtype, fits, beyond):
    model = models.text(f"choice ({dtype.removesuffix('32')}[N,1] a) => ({dtype.removesuffix('32')}[N,1] y) {{ y = Identity(a) }}")
    metadata = f"schema: 1\nname: B\ninputs:\n  a: {{kind: choice, choices: [{fits}, {beyond}]}}\noutputs:\n  y: {{kind: value}}\n"
    assert mistakes(tmp_path, model, metadata, monkeypatch) == [f"metadata.yml:4: inputs.a: the choice {beyond} does not fit into {dtype}."]


def test_an_output_without_a_shape_gets_a_sentence_too(tmp_path, monkeypatch):
    model = models.linear()
    model.graph.output[0].type.tensor_type.ClearField("shape")
    metadata = models.LINEAR.replace("kind: value, decimals: 2", "kind: image")
    assert mistakes(tmp_path, model, metadata, monkeypatch) == [
        "metadata.yml:7: outputs.y: kind image needs uint8 of the shape [height, width, 3 or 1], the model gives float32: convert it inside the graph."
    ]


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("description: Price: in euros", "put the whole text in quotes"),
        ("description: @home", "put the whole text in quotes"),
        ("description: 'it's mine'", "put the whole text in quotes"),
        ("description: *all of them", "put the whole text in quotes"),
        ('description: "never closed', "close the quote or bracket that is left open (it begins in line 3)"),
        ("page: {language: [en, fr}", "close the quote or bracket that is left open"),
        ("page:\n\tlanguage: en", "indent with spaces, not with tabs"),
        ("name: Another", "leave one of the two out"),
        ("page:\n    language: en\n  accent: red", "check the indentation, colons and quotes there"),
    ],
)
def test_a_slip_of_yaml_gets_its_likely_cure(tmp_path, line, cure):
    (tmp_path / "metadata.yml").write_text(f"schema: 1\nname: Slip\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError) as found:
        schema.load(tmp_path / "metadata.yml")
    [sentence] = found.value.sentences
    assert cure in sentence and "metadata.yml:" in sentence and "\n" not in sentence, sentence


def test_the_memory_that_a_large_model_needs_is_told():
    assert not list(check.heavy("model/model.onnx", 200_000_000))
    [told] = check.heavy("model/model.onnx", 210_000_000)
    assert told == "model/model.onnx has 210 MB: a page needs about 5 times as much memory, 1.1 GB here, which many phones do not give it."
