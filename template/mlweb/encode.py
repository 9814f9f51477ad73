"""User values -> feeds, outputs -> results. Twin of web/runtime/encode.js: same order, same names, same sentences.

A *form* (see form.make_form) lists the inputs of the graph with their fields, and its outputs. A *row* is what a person
gave: a flat dict of field name -> value, where a value may still be the text that was typed. Golden cases pin both twins
to the same bytes.
"""

import re

import numpy as np

NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
TRUTH = {"true": True, "false": False, "1": True, "0": False}
# What JavaScript's trim() takes off; Python's strip() alone differs in a few characters.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

# The largest whole number up to which every whole number is exact in the dtype (float32: 2^24, float64: 2^53).
# int64 stops at 2^53 as well, because JavaScript's numbers do.
WHOLE = {"float32": 2**24, "float64": 2**53, "int64": 2**53 - 1}
BOUNDS = {
    "int8": (-(2**7), 2**7 - 1),
    "uint8": (0, 2**8 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint16": (0, 2**16 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**53 - 1),
}
FLOAT_MAX = {"float32": 3.4028234663852886e38}


class Refusal(Exception):
    """Why one value can't be taken: a sentence that begins with the field's label."""


class Refusals(Exception):
    """Every refused value of a request: `refusals` is a list of {"row", "field", "message"}."""

    def __init__(self, refusals: list[dict]):
        super().__init__(" ".join(refusal["message"] for refusal in refusals))
        self.refusals = refusals


def number(field: dict, value, dtype: str):
    """A number, or text that holds one. A comma may stand for the decimal point unless it could mean thousands."""
    label = field["label"]
    if isinstance(value, str):
        text = value.strip(WHITE)
        if not NUMBER.fullmatch(text):
            raise Refusal(f"{label}: “{text}” is not a number, such as 12.5.")
        if THOUSANDS.fullmatch(text):
            raise Refusal(f"{label}: “{text}” can be read in two ways; write {text.replace(',', '.')} or {text.replace(',', '')}.")
        value = float(text.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(f"{label} needs a number.")
    if not abs(value) <= FLOAT_MAX.get(dtype, 1.7976931348623157e308):
        raise Refusal(f"{label}: {shown(value)} is too large for the model ({dtype}).")
    if value < field.get("min", value):
        raise Refusal(f"{label} must be at least {shown(field['min'])}.")
    if value > field.get("max", value):
        raise Refusal(f"{label} must be at most {shown(field['max'])}.")
    return value


def integer(field: dict, value, dtype: str):
    """A whole number that the dtype holds exactly."""
    value, label = number(field, value, dtype), field["label"]
    if value != int(value):
        raise Refusal(f"{label} needs a whole number.")
    low, high = BOUNDS.get(dtype, (-WHOLE.get(dtype, 2**53), WHOLE.get(dtype, 2**53)))
    if not low <= value <= high:
        raise Refusal(f"{label}: the model takes whole numbers from {shown(low)} to {shown(high)} here.")
    return int(value)


def choice(field: dict, value, dtype: str):
    """One of the listed values, given as itself or as its text."""
    for option in field["choices"]:
        if same(option["value"], value):
            return option["value"]
    offered = ", ".join(shown(option["value"]) for option in field["choices"][:8])
    more = ", …" if len(field["choices"]) > 8 else ""
    raise Refusal(f"{field['label']}: “{shown(value)}” is not one of {offered}{more}.")


def toggle(field: dict, value, dtype: str):
    """True or false, or the text of either."""
    truth = TRUTH.get(shown(value).strip(WHITE).lower())
    if truth is None:
        raise Refusal(f"{field['label']} must be true or false.")
    return truth if dtype in ("bool", "string") else int(truth)


def text(field: dict, value, dtype: str):
    """Any text. onnxruntime-web cuts a string at a NUL character, so that one is refused."""
    if not isinstance(value, str):
        raise Refusal(f"{field['label']} needs text.")
    if "\0" in value:
        raise Refusal(f"{field['label']} holds a NUL character, which the model can't take.")
    return value


KINDS = {"number": number, "integer": integer, "choice": choice, "toggle": toggle, "text": text}


def shown(value) -> str:
    """A value as JavaScript writes it: 3.0 is 3, True is true, None is empty, 1e-05 is 0.00001, 1e-07 is 1e-7."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e-4:
        return np.format_float_positional(value, trim="-")
    return str(value).replace("e-0", "e-").replace("inf", "Infinity")


def same(option, value) -> bool:
    """Whether a value names an option: equal, or equal as text or as number ("2", "2.0" and 2 are one choice)."""
    if shown(option) == shown(value):
        return True
    if isinstance(option, bool) or not isinstance(option, int | float) or not isinstance(value, str):
        return False
    return bool(NUMBER.fullmatch(value.strip(WHITE))) and float(value.strip(WHITE).replace(",", ".")) == option


def empty(value) -> bool:
    """Nothing was given: absent, blank text, or NaN (what a table's empty cell becomes)."""
    return value is None or value != value or (isinstance(value, str) and not value.strip(WHITE))


def cell(field: dict, value, dtype: str):
    """One value as the element of a tensor; raises Refusal."""
    if empty(value) and not (field["kind"] == "text" and isinstance(value, str)):
        if field["missing"] == "nan":
            return float("nan")
        if field["missing"] == "empty":
            return ""
        raise Refusal(f"{field['label']} is empty: fill it in.")
    element = KINDS[field["kind"]](field, value, dtype)
    return shown(element) if dtype == "string" else element


def dims(shape: list, rows: int, width: int) -> list[int]:
    """The dims of a feed of `rows` rows and `width` fields for a declared shape (None = dynamic) of rank 0, 1 or 2."""
    if len(shape) == 2:
        return [rows, width]
    return [] if not shape else [rows * width]


def encode(form: dict, rows: list[dict]) -> dict[str, np.ndarray]:
    """Feeds of a batch: input name -> array of the graph's dtype (object for strings), row-major, dims as in `dims`.

    Raises Refusals with every value that can't be taken, in the order of rows and fields.
    """
    feeds, refusals = {}, []
    for source in form["inputs"]:
        elements = []
        for index, row in enumerate(rows):
            for field in source["fields"]:
                try:
                    elements.append(cell(field, row.get(field["name"]), source["dtype"]))
                except Refusal as refusal:
                    refusals.append({"row": index, "field": field["name"], "message": str(refusal)})
        feeds[source["name"]] = (source, elements)
    if refusals:
        raise Refusals(sorted(refusals, key=lambda refusal: refusal["row"]))
    return {name: tensor(source, elements, len(rows)) for name, (source, elements) in feeds.items()}


def tensor(source: dict, elements: list, rows: int) -> np.ndarray:
    """The elements of one input as an array of its dtype and dims."""
    dtype = object if source["dtype"] == "string" else np.dtype(source["dtype"])
    return np.array(elements, dtype).reshape(dims(source["dims"], rows, len(source["fields"])))


def value(output: dict, elements: list) -> dict:
    """The first element: a number, a label or a truth value."""
    return {"kind": "value", "value": elements[0]}


def classes(output: dict, elements: list) -> dict:
    """Class names with their probabilities, the likeliest first; equal ones keep the contract's order."""
    pairs = zip(output["classes"], elements, strict=True)
    ranked = sorted(({"label": label, "probability": p} for label, p in pairs), key=lambda pair: -pair["probability"])
    return {"kind": "classes", "classes": ranked}


RESULTS = {"value": value, "classes": classes}


def decode(form: dict, outputs: dict[str, np.ndarray], rows: int = 1) -> list[dict]:
    """Results per row: output name -> result of its kind. `outputs` are the graph's arrays, `rows` first."""
    results = [{} for _ in range(rows)]
    for output in form["outputs"]:
        flat = outputs[output["name"]].reshape(-1).tolist()
        width = len(flat) // rows
        for index, result in enumerate(results):
            elements = flat[index * width : (index + 1) * width]
            result[output["name"]] = RESULTS[output["kind"]](output, elements)
    return results
