"""Draft a metadata.yml from any ONNX file: `python -m mlweb.draft.draft model/model.onnx` shows it; see describe.py for the command."""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import onnx
from ruamel.yaml import YAML

from mlweb.contract import check
from mlweb.contract.schema import SCHEMA, SCHEMA_VERSION, Model
from mlweb.draft import draft_probe
from mlweb.errors import UserError, run
from mlweb.graph import guess, normalize, onnx_file
from mlweb.graph.onnx_file import Signature
from mlweb.proof import synthetic_rows

UNTRIED = "--untried"


def draft(path: Path, is_tried: bool = True) -> tuple[dict, list[str]]:
    """A contract for the model in `path`, ready for YAML, and what a person may want to know about it, as comments.

    The file is taken as an export brings it: mended and in one piece. is_tried: whether to run it on made-up rows.

    Raises UserError when no form can give what it takes.
    """
    model = normalize.load_normalized(path)
    signature = onnx_file.signature(model)
    if refused := list(unservable(signature)):
        raise UserError(*(f"{path}: {reason}" for reason in refused))
    onnx_file.finalize(model, f"{path}: ")
    comments = [*elsewhere(path), *pictures(signature)]
    if is_tried:
        session = check.strict_session(model.SerializeToString())
        inputs, tried = draft_probe.tried_out(signature, session)
        comments += [] if len(tried) > 1 else [f"{NO_ROW} onnxruntime says of one: {draft_probe.refusal(inputs, signature, session)}"]
    else:
        inputs, tried = draft_probe.untried(signature), []
        comments.append("Drafted from names, types and shapes alone, without running the model: try it with: uv run poe check")
    constant = same_always(tried)
    if tried and len(constant) == len(signature.outputs):
        constant = []
        comments.append("All outputs are the same for every made-up row, which proves nothing: add ROWS to export_onnx.py for which they differ.")
    comments += [f'"{name}" is the same for every made-up row, which proves nothing, so it is left out. {BRING}' for name in constant]
    outputs = shown(signature, inputs, tried, model, constant)
    is_classifier = any(shown["kind"] == "classes" for shown in outputs.values())
    return contract(path, inputs, outputs, "classification" if is_classifier else "custom"), comments


NO_ROW = "The model can't compute any of the rows that were made up to prove it: set min, max and default so that it can, or add ROWS to export_onnx.py."
BRING = "To show it, add it under outputs, and add ROWS to export_onnx.py for which it differs."


def unservable(signature: Signature) -> Iterator[str]:
    """A sentence for each input whose shape is unknown, and one when nothing goes in or comes out."""
    for name, port in signature.inputs.items():
        if port.dtype and port.dims is None:
            yield f'the model does not say the shape of its input "{name}": export it with one, such as [N, 4].'
    if not signature.inputs:
        yield "the model takes no input, so there is nothing to fill in: its answer never changes."
    if not signature.outputs:
        yield "the model gives no output."


def same_always(tried: list[synthetic_rows.Tried]) -> list[str]:
    """Outputs that are the same in all runs."""
    first, *others = [outputs for _, _, outputs in tried] or [{}]
    return [name for name, output in first.items() if others and all(synthetic_rows.same(output, other[name]) for other in others)]


def shown(signature: Signature, inputs: dict, tried: list[synthetic_rows.Tried], model: onnx.ModelProto, without: list[str]) -> dict:
    """How each output is shown."""
    computed = {name: [outputs[name] for _, _, outputs in tried] for name in signature.outputs}
    batch = bool(tried) and draft_probe.formed(inputs, signature)["batch"]
    outputs = {name: guess.shown(port, computed[name], model, batch) for name, port in signature.outputs.items() if name not in without}
    if any(shown["kind"] == "classes" for shown in outputs.values()):  # the label beside its probabilities is a value, whatever its type
        single = [name for name, shown in outputs.items() if shown == {"kind": "text"} and all(array.size == 1 for array in computed[name])]
        outputs |= {name: {"kind": "value"} for name in single}
    return outputs


def contract(path: Path, inputs: dict, outputs: dict, task: str) -> dict:
    """The keys of metadata.yml around inputs and outputs."""
    title = re.sub(r"[^\w]+", " ", path.stem).strip().capitalize()[:120] or "My model"
    return {"schema": SCHEMA_VERSION, "name": title, "description": "", "task": task, "model": {"file": Model().file}, "inputs": inputs, "outputs": outputs}


def elsewhere(path: Path) -> Iterator[str]:
    """How to put the file where the page takes it from, unless it is there."""
    if path.absolute() != Path(Model().file).absolute():
        yield f'Drafted from "{path}", but the page is made from {Model().file}: put it there with: uv run poe export "{path}" (recipe onnx-file)'


def pictures(signature: Signature) -> Iterator[str]:
    """What to know of inputs that are pictures."""
    for name, port in signature.inputs.items():
        if guess.channels_first(port):
            dims = f"{port.dims}".replace("None", "N")
            yield f'"{name}" takes {dims}, a picture with its channels first: mlweb/graph/pixels.py puts the steps from a plain picture to it into the graph.'
        if guess.field(port) == {"kind": "image"} and port.dtype != "uint8":
            yield f'"{name}" gets the values 0 to 255 of a picture as they are: scale them inside the graph if the model wants others.'


def written(drafted: dict, comments: list[str]) -> str:
    """A contract as the text of metadata.yml."""
    lines = [f"# yaml-language-server: $schema=mlweb/{SCHEMA.name}", *(f"# {' '.join(comment.split())}" for comment in comments), ""]
    yaml, text = YAML(), io.StringIO("\n".join(lines))
    text.seek(0, io.SEEK_END)
    yaml.default_flow_style = False
    yaml.width = 160
    yaml.dump(drafted, text)
    return text.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(prog="mlweb.draft.draft", description=__doc__)
    parser.add_argument("given", type=Path)
    parser.add_argument(UNTRIED, action="store_true")
    given = parser.parse_args()
    print(written(*draft(given.given, not given.untried)), end="")


if __name__ == "__main__":
    sys.exit(run(main))
