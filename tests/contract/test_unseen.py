"""What training never saw: a choice is a mistake, a limit or a default a hint."""

import json

import pytest

import models
from mlweb.contract import check, schema, training_check
from mlweb.errors import UserError
from mlweb.graph import onnx_file

PENGUINS = models.text("""penguins (string[N,1] island, float[N,1] bill) => (string[N,1] where, float[N,1] size) {
    where = Identity(island)
    size = Identity(bill) }""")
METADATA = """schema: 1
name: Penguins
inputs:
  island: {kind: choice, choices: [Biscoe, Dream, Torgersen], missing: empty}
  bill: {kind: number, min: 30, max: 60}
outputs:
  size: {kind: value}
"""
FACTS = {"fields": {"island": {"categories": ["Biscoe", "Dream", "Torgersen"]}, "bill": {"min": 32.1, "max": 59.6, "median": 44.5}}}


@pytest.fixture
def agreed(tmp_path):
    """agreed(old, new, …) -> the contract with these places changed."""

    def agreed(*changes: str) -> schema.Contract:
        text = METADATA
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "metadata.yml").write_text(text, encoding="utf-8")
        return schema.load(tmp_path / "metadata.yml")

    return agreed


def problems(contract: schema.Contract, facts: dict) -> list[str]:
    return check.problems(contract, onnx_file.signature(PENGUINS), facts)


def test_what_training_saw_passes(agreed):
    assert problems(agreed(), FACTS) == [] and list(training_check.hints(agreed(), FACTS)) == []
    assert problems(agreed("Torgersen", "Torgerson"), {}) == [], "nothing is known before the first export"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("Torgerson", '"Torgerson". Did you mean "Torgersen"?'),
        ("Skye", '"Skye". It saw "Biscoe", "Dream", "Torgersen".'),
        ("{value: dream, label: Dream}", '"dream". Did you mean "Dream"?'),
    ],
)
def test_a_choice_that_training_never_saw_is_a_mistake(agreed, new, sentence):
    said = f"metadata.yml:4: inputs.island: training never saw {sentence} If you mean it, say unseen: true there."
    assert problems(agreed("Torgersen", new), FACTS) == [said]


def test_it_may_be_meant(agreed):
    assert problems(agreed("Torgersen]", "Torgerson], unseen: true"), FACTS) == []


def test_each_choice_has_its_line(agreed):
    lines = "island:\n    kind: choice\n    choices:\n      - Biscoe\n      - Dreem\n"
    assert [each.split(" ")[0] for each in problems(agreed("island: {kind: choice, choices: [Biscoe, Dream, Torgersen], missing: empty}\n", lines), FACTS)] == [
        "metadata.yml:8:"
    ]


def test_numbers_and_truth_values_are_the_same_choice_however_they_are_written(agreed):
    change = "island: {kind: choice, choices: [Biscoe, Dream, Torgersen], missing: empty}", "island: {kind: choice, choices: ['1', '2', 'true']}"
    assert problems(agreed(*change), {"fields": {"island": {"categories": [1.0, 2, True]}}}) == []


def test_a_gap_that_is_offered_as_a_choice_is_none_that_training_lacks(agreed):
    assert problems(agreed("[Biscoe", "[{value: '', label: Nobody knows}, Biscoe"), FACTS) == []


@pytest.mark.parametrize(
    ("new", "hints"),
    [
        ("min: 35, max: 60", ["metadata.yml:5: inputs.bill.min: training saw 32.1 to 59.6, so that 35 refuses some of it."]),
        ("min: 30, max: 50.5", ["metadata.yml:5: inputs.bill.max: training saw 32.1 to 59.6, so that 50.5 refuses some of it."]),
        ("min: -30, max: 60", ["metadata.yml:5: inputs.bill.min: training saw 32.1 to 59.6: at -30, far below, the model only guesses."]),
        ("min: 30, max: 1000", ["metadata.yml:5: inputs.bill.max: training saw 32.1 to 59.6: at 1000, far above, the model only guesses."]),
        ("min: 30, max: 60, default: 60", ["metadata.yml:5: inputs.bill.default: training saw 32.1 to 59.6, but the form starts with 60."]),
        ("min: 30, max: 60, default: 59.6", []),
        ("min: -20, max: 110", []),
    ],
)
def test_limits_and_a_default_are_hints(agreed, new, hints):
    contract = agreed("min: 30, max: 60", new)
    assert list(training_check.hints(contract, FACTS)) == hints
    assert [each for each in problems(contract, FACTS) if "default" not in each] == []


def test_the_command_prints_hints_and_passes_and_refuses_mistakes(tmp_path, monkeypatch, capsys):
    models.project(tmp_path, PENGUINS, METADATA.replace("max: 60", "max: 50"))
    (tmp_path / "model/facts.json").write_text(json.dumps(FACTS))
    monkeypatch.chdir(tmp_path)
    check.main()
    assert "refuses some of it. (A hint: nothing fails.)" in capsys.readouterr().out
    models.project(tmp_path, PENGUINS, METADATA.replace("Dream,", "Dreams,"))
    with pytest.raises(UserError, match=r'training never saw "Dreams"\. Did you mean "Dream"\?'):
        check.main()


def test_the_page_does_not_hear_of_it(agreed):
    assert "unseen" not in agreed("Torgersen]", "Torgersen], unseen: true").inputs["island"].model_dump()


def outgrown(contract: schema.Contract, model) -> str | None:
    signature = onnx_file.signature(model)
    return training_check.outgrown(contract, signature.inputs, signature.outputs)


def test_another_table_gets_one_sentence(agreed):
    assert outgrown(agreed(), PENGUINS) is None
    others = models.text("others (string[N,1] island, float[N,1] flipper, float[N,1] mass) => (float[N,1] size) { size = Identity(mass) }")
    assert outgrown(agreed(), others) == (
        'metadata.yml is of another table or model: it has no "flipper", "mass", and still has "bill". Bring it up to date with: uv run poe describe --update'
    )
    classes = models.text("classes (string[N,1] island, float[N,1] bill) => (string[N,1] kind) { kind = Identity(island) }")
    assert 'it still shows "size" where the model gives "kind".' in str(outgrown(agreed(), classes))


def test_a_slip_of_the_pen_is_left_to_the_sentence_with_its_line(agreed):
    assert outgrown(agreed("  bill:", "  bil:"), PENGUINS) is None
    assert problems(agreed("  bill:", "  bil:"), FACTS)[0] == 'metadata.yml:5: inputs.bil: the model has no input "bil". Did you mean "bill"?'
