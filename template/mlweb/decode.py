"""Outputs -> results. Twin of web/runtime/decode.js."""

from collections.abc import Callable

import numpy as np

from mlweb.problems import Problems

Part = Callable[[str], np.ndarray]  # one row of an array of the graph, by its name


def value(output: dict, part: Part) -> dict:
    """The first element, a number, a label or a truth value; with the ends of its interval where the contract names them."""
    ends = {"interval": [some(each, part)[0] for each in output["interval"]]} if "interval" in output else {}
    return {"kind": "value", "value": some(output["name"], part)[0], **ends}


def classes(output: dict, part: Part) -> dict:
    """Class names with their probabilities, the likeliest first; equal ones keep the contract's order."""
    pairs = zip(output["classes"], some(output["name"], part, len(output["classes"])), strict=True)
    ranked = sorted(({"label": label, "probability": p} for label, p in pairs), key=lambda pair: -pair["probability"])
    return {"kind": "classes", "classes": ranked}


def boxes(output: dict, part: Part) -> dict:
    """Boxes [x1, y1, x2, y2] in pixels of the input picture, the surest first; equal ones keep the graph's order."""
    scores = elements(part(output["scores"]))
    corners = np.reshape(some(output["name"], part, 4 * len(scores)), (-1, 4)).tolist()
    names = dict(enumerate(output.get("classes", [])))
    found = zip(corners, scores, map(int, some(output["labels"], part, len(scores))), strict=True)
    each = [{"label": names.get(index, str(index)), "score": score, "box": box} for box, score, index in found]
    return {"kind": "boxes", "boxes": sorted(each, key=lambda one: -one["score"])}


def text(output: dict, part: Part) -> dict:
    """All strings of the output, one a line."""
    return {"kind": "text", "text": "\n".join(elements(part(output["name"])))}


def array(output: dict, part: Part) -> dict:
    """The array as it is."""
    return {"kind": output["kind"], "array": part(output["name"])}


RESULTS = {"value": value, "classes": classes, "boxes": boxes, "text": text, "image": array, "audio": array, "tensor": array}


def output_names(form: dict) -> list[str]:
    """The outputs that the graph must give for a form: those shown, and those they refer to."""
    named = [[it["name"], *it.get("interval", []), it.get("scores"), it.get("labels")] for it in form["outputs"]]
    return list(dict.fromkeys(name for names in named for name in names if name is not None))


def decode(form: dict, outputs: dict[str, np.ndarray], rows: int = 1) -> list[dict]:
    """Results per row: output name -> result of its kind. `outputs` are the graph's arrays, `rows` first."""
    results = []
    for index in range(rows):

        def part(name: str, index: int = index) -> np.ndarray:
            return outputs[name] if rows == 1 else row(name, outputs[name], index, rows)

        results.append({output["name"]: RESULTS[output["kind"]](output, part) for output in form["outputs"]})
    return results


def row(name: str, array: np.ndarray, index: int, rows: int) -> np.ndarray:
    """One row; raises Problems when there are not as many as asked for."""
    if len(array) != rows:
        raise unfit(name, len(array), rows)
    return array[index]


def some(name: str, part: Part, count: int | None = None) -> list:
    """The elements of an array, as many as wanted, or at least one; raises Problems."""
    all_ = elements(part(name))
    if not all_ if count is None else len(all_) != count:
        raise unfit(name, len(all_), count or 1)
    return all_


def unfit(name: str, got: int, wanted: int) -> Problems:
    """What is said when the graph gives another number of elements, or rows, than the contract leads to expect."""
    return Problems(f'Output "{name}" has {got} elements where {wanted} are to be shown: metadata.yml and the model do not fit.')


def elements(part: np.ndarray) -> list:
    """An array's elements as plain values."""
    return np.asarray(part).reshape(-1).tolist()
