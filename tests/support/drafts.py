"""What a drafted contract and one that a person wrote for the same training have in common."""

from mlweb.codec.kinds.choice import Choice
from mlweb.codec.kinds.text import Text
from mlweb.contract.schema import Contract


def assert_same_but_for_wording(drafted: Contract, by_hand: Contract, seen: dict[str, dict]) -> None:
    """Fails unless they differ in wording alone: labels, units, help, rounder limits and results, the names and the order of choices, and the rows of examples.

    A person may also ask for whole numbers as numbers, or let people type a word where a draft lists those that training saw.
    seen: `fields` of model/facts.json.
    """
    assert (drafted.task, drafted.model, drafted.page.panels) == (by_hand.task, by_hand.model, by_hand.page.panels)
    assert {name: type(shown) for name, shown in drafted.outputs.items()} == {name: type(shown) for name, shown in by_hand.outputs.items()}
    for name, shown in by_hand.outputs.items():
        assert abs((getattr(drafted.outputs[name], "decimals", 0) or 0) - (getattr(shown, "decimals", 0) or 0)) <= 1, name
        for key in ("classes", "scores", "probabilities", "interval"):
            assert getattr(drafted.outputs[name], key, None) == getattr(shown, key, None), (name, key)
    assert set(drafted.inputs) == set(by_hand.inputs)
    for name, field in by_hand.inputs.items():
        other = drafted.inputs[name]
        assert other.missing == field.missing, name
        is_wider = isinstance(field, Text) and isinstance(other, Choice) or (field.kind, getattr(field, "step", None), other.kind) == ("number", 1, "integer")
        assert other.kind == field.kind or is_wider, name
        if isinstance(field, Choice):
            assert {option.value for option in other.choices} == {option.value for option in field.choices}, name
        elif field.kind in ("number", "integer"):
            assert max(field.min, other.min) <= seen[name]["min"] < seen[name]["max"] <= min(field.max, other.max), name
    assert len(drafted.examples) >= 2 and all(set(example.values) == set(by_hand.inputs) for example in drafted.examples)
