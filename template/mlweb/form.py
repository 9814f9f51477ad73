"""The form that the page and both encoders work from: the contract, the graph's signature and the facts of training in one.

People write metadata.yml, training writes model/facts.json; neither overwrites the other.
"""

from typing import Any

from mlweb.contract import Choice, Classes, Contract, Described, Integer, Number, Single, Text, Toggle, Vector
from mlweb.graph import Signature


def make_form(contract: Contract, signature: Signature, facts: dict) -> dict:
    """What the page and both encoders work from: inputs with dtype, dims and fields, outputs likewise; keys without a value left out.

    Defaults that the contract leaves open come from facts["fields"]: the training median, the first choice.
    """

    def entry(name: str, given: Described, **more: Any) -> dict:
        label = given.label or name.replace("_", " ")
        return {"name": name, **given.model_dump(exclude_none=True), "label": label, **more}

    def asked(name: str, field: Single) -> dict:
        known = facts.get("fields", {}).get(name, {})
        start = field.default
        if start is None and isinstance(field, Choice):
            start = field.choices[0].value
        elif start is None and isinstance(field, Toggle):
            start = False
        elif start is None and isinstance(field, Text):
            start = ""
        elif start is None and isinstance(field, Number):
            start = known.get("median")
        if isinstance(field, Integer) and start is not None:
            start = round(start)
        return entry(name, field, **({} if start is None else {"default": start}))

    inputs = []
    for name, given in contract.inputs.items():
        port = signature.inputs[name]
        vector = isinstance(given, Vector)
        fields = [asked(key, field) for key, field in given.fields.items()] if vector else [asked(name, given)]
        legend = {key: text for key in ("label", "help") if vector and (text := getattr(given, key))}
        inputs.append({"name": name, "dtype": port.dtype, "dims": port.dims, **legend, "fields": fields})
    outputs = []
    for name, shown in contract.outputs.items():
        port = signature.outputs[name]
        outputs.append(entry(name, shown, dtype=port.dtype, dims=port.dims))
        if isinstance(shown, Classes):
            outputs[-1]["classes"] = [str(label) for label in shown.classes]
    return {"inputs": inputs, "outputs": outputs}


def defaults(form: dict) -> dict:
    """The row that the page starts with: field name -> default, fields without one left out."""
    return {field["name"]: field["default"] for source in form["inputs"] for field in source["fields"] if "default" in field}
