"""The form that the page and both encoders work from: the contract, the graph's signature and the facts of training in one.

People write metadata.yml, training writes model/facts.json; neither overwrites the other.
"""

from typing import Any

from mlweb.codec.types import Form, Row, Scalar
from mlweb.contract.facts import Facts, Known
from mlweb.contract.kinds import (
    ArrayField,
    ArrayInput,
    Choice,
    Classes,
    Described,
    Integer,
    Label,
    Number,
    OutputKind,
    OutputSeries,
    Point,
    ScalarInput,
    Series,
    Text,
    Toggle,
    Values,
    Vector,
)
from mlweb.contract.languages import localised
from mlweb.contract.schema import Contract
from mlweb.contract.sentences import SENTENCES
from mlweb.graph.onnx_file import Signature

# Dims that one value has of its own; a raw tensor may have any, so its graph takes one row a run.
ROW_RANK = {"image": 3, "drawing": 3, "audio": 1, "series": 1, "tensor": float("inf")}


def make_form(contract: Contract, signature: Signature, facts: Facts) -> Form:
    """What both encoders work from: `form_in_languages` in the first of the page's languages."""
    return localised(form_in_languages(contract, signature, facts), contract.page.language[0])


def form_in_languages(contract: Contract, signature: Signature, facts: Facts) -> dict[str, Any]:
    """What the page works from: inputs with dtype, dims and fields, outputs likewise, and why a value can't be taken; keys without a value left out.

    What people read stays as the contract has it, perhaps in several languages; the page takes its own.
    Defaults that the contract leaves open come from facts["fields"]: the training median, the first choice; what is no number starts with
    the first example.
    """

    def entry(name: str, given: Described, **more: Any) -> dict:
        label = given.label or name.replace("_", " ")
        return {"name": name, **given.model_dump(exclude_none=True), "label": label} | more

    lent = from_example(contract)

    def asked(name: str, field: ScalarInput | ArrayInput) -> dict:
        default = lent.get(name, start(field, facts.get("fields", {}).get(name, {})))
        split = {"tokenizer": field.tokenizer.formed(signature.inputs)} if isinstance(field, Text) and field.tokenizer else {}
        return entry(name, field, **split, **({} if default is None else {"default": default}))

    def answered(name: str, shown: OutputKind) -> dict:
        port = signature.outputs[name]
        made = entry(name, shown, dtype=port.dtype, dims=port.dims)
        match shown:
            case Values() | Point():
                common = {key: made[key] for key in ("unit", "decimals", "grouping") if key in made}
                numbers = [common | entry(key, each) for key, each in shown.named().items()]
                return {key: part for key, part in made.items() if key not in ("x", "y")} | {"values": numbers}
            case OutputSeries() if shown.time is None and isinstance(before := contract.inputs.get(shown.after or ""), Series) and before.time:
                return made | {"time": before.time.model_dump(exclude_none=True)}
            case Label() if shown.names:
                return made | {"names": [{"value": element, "label": label} for element, label in shown.named().items()]}
        if isinstance(shown, Classes):
            made.pop("probabilities", None)  # the graph gives them
            made |= {"scored": True} if made.pop("scores") else {}
        if "classes" in made:
            made["classes"] = [label if isinstance(label, dict) else str(label) for label in made["classes"]]
        return made

    inputs = []
    for name, given in contract.inputs.items():
        dtype, dims = signature.inputs[name].declared()
        is_vector = isinstance(given, Vector)
        fields = [asked(key, field) for key, field in given.fields.items()] if is_vector else [asked(name, given)]
        legend = {key: text for key in ("label", "help") if is_vector and (text := getattr(given, key))}
        inputs.append({"name": name, "dtype": dtype, "dims": dims, **legend, "fields": fields})
    outputs = [answered(name, shown) for name, shown in contract.outputs.items()]
    sentences = {code: {language: text[language] for language in contract.page.language} for code, text in SENTENCES.items()}
    return {"inputs": inputs, "outputs": outputs, "batch": takes_batches(inputs, outputs), "sentences": sentences}


def from_example(contract: Contract) -> dict[str, Scalar]:
    """What the first example gives to the fields that start with it: name -> value. Numbers and choices have a start of their own."""
    if not contract.examples or contract.page.start == "empty":
        return {}
    first = contract.examples[0].values
    asked = {name: first.get(name) for _, name, field in contract.fields() if isinstance(field, Text | ArrayField) and field.default is None}
    return {name: value for name, value in asked.items() if value is not None}


def start(field: ScalarInput | ArrayInput, known: Known) -> Scalar | None:
    """Where a field starts by itself: the contract's default, else the first choice, off, an empty text or the training median; None for nowhere."""
    if field.default is not None:
        return field.default
    match field:
        case Choice():
            return field.choices[0].value
        case Toggle():
            return False
        case Text() if field.tokenizer is None or field.missing == "empty":  # else an empty text is refused
            return ""
        case Integer() if "median" in known:
            return round(known["median"])
        case Number():
            return known.get("median")
    return None


def takes_batches(inputs: list[dict], outputs: list[dict]) -> bool:
    """Whether one run of the graph may hold any number of rows: the first dim of everything counts them."""

    def counts_rows(source: dict) -> bool:
        rank = ROW_RANK.get(source["fields"][0]["kind"], 0 if len(source["fields"]) == 1 else 1)
        return len(source["dims"]) > rank and source["dims"][0] is None

    return all(map(counts_rows, inputs)) and all(shown["dims"] is None or shown["dims"][:1] == [None] for shown in outputs)


def defaults(form: Form) -> Row:
    """The row that the page starts with: field name -> default, fields without one left out."""
    return {field["name"]: field["default"] for source in form["inputs"] for field in source["fields"] if "default" in field}
