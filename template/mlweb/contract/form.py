"""The form that the page and both encoders work from: the contract, the graph's signature and the facts of training in one.

People write metadata.yml, training writes model/facts.json; neither overwrites the other.
"""

from typing import Any

from mlweb.codec.kinds import KINDS, ArrayInput, ScalarInput
from mlweb.codec.kinds.base import Described
from mlweb.codec.kinds.series import Series
from mlweb.codec.kinds.text import Text
from mlweb.codec.languages import localised
from mlweb.codec.types import Form, Row, Scalar
from mlweb.contract.facts import Facts
from mlweb.contract.kinds import Classes, Label, Nearest, OutputKind, OutputSeries, Point, Values, Vector
from mlweb.contract.schema import Contract
from mlweb.contract.sentences import SENTENCES
from mlweb.graph.onnx_file import Signature


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
        start = field.start(facts.get("fields", {}).get(name, {})) if field.default is None else field.default
        default = lent.get(name, start)
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
            case Nearest():
                return made | {"items": shown.items.formed()}
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
    asked = {name: first.get(name) for _, name, field in contract.fields() if field.is_lent and field.default is None}
    return {name: value for name, value in asked.items() if value is not None}


def takes_batches(inputs: list[dict], outputs: list[dict]) -> bool:
    """Whether one run of the graph may hold any number of rows: the first dim of everything counts them."""

    def counts_rows(source: dict) -> bool:
        rank = KINDS[source["fields"][0]["kind"]].rank if len(source["fields"]) == 1 else 1
        return len(source["dims"]) > rank and source["dims"][0] is None

    return all(map(counts_rows, inputs)) and all(shown["dims"] is None or shown["dims"][:1] == [None] for shown in outputs)


def defaults(form: Form) -> Row:
    """The row that the page starts with: field name -> default, fields without one left out."""
    return {field["name"]: field["default"] for source in form["inputs"] for field in source["fields"] if "default" in field}
