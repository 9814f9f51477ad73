"""Draft a metadata.yml from any ONNX file; describe.py is the command."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from mlweb import runner
from mlweb.console import patience
from mlweb.contract.schema import SCHEMA, SCHEMA_VERSION, Model
from mlweb.draft import detection, draft_probe, forecasts, masks, tokens, yaml_text
from mlweb.errors import UserError
from mlweb.graph import carried, detectors, file_metadata, guess, labelled, normalize, onnx_file, picture_values, pixels, probabilities
from mlweb.graph.onnx_file import Signature
from mlweb.proof import output_shapes, synthetic_rows

UNTRIED = "--untried"
TITLE = ("tool", "mlweb", "title")  # keys of pyproject.toml


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
    known = carried.read(model)
    comments = [*elsewhere(path), *pictures(signature, model, known), *sounds(signature, known)]
    if (found := detectors.noted(model)) is not None:
        known = replace(known, fields=detection.fields(found))
    tokenizer = tokens.beside(path) if tokens.takes_tokens(signature) else None
    if tokenizer:
        known = replace(known, fields=tokens.fields(tokenizer), root=tokenizer.parent)
    comments += tokens.comments(signature, tokenizer)
    if is_tried:
        try:
            session = runner.strict_session(model.SerializeToString())
            with patience("computing rows that were made up"):
                inputs, tried = draft_probe.tried_out(signature, session, known)
        except runner.Stopped as stopped:
            raise UserError(f"{path}: {stopped} Or draft from names and shapes alone, with: uv run poe describe {path} {UNTRIED}") from None
        varying = output_shapes.correct(model, [outputs for _, _, outputs in tried])
        signature = onnx_file.signature(model)
        comments += [] if len(tried) > 1 else [f"{NO_ROW} onnxruntime says of one: {draft_probe.refusal(inputs, signature, session, known)}"]
    else:
        inputs, tried = draft_probe.untried(signature, known), []
        varying = set()
        comments.append("Drafted from names, types and shapes alone, without running the model: try it with: uv run poe check")
    dependent = onnx_file.dependent_outputs(model) or set(signature.outputs)
    constant = [] if found else same_always(tried)  # boxes have a sentence of their own
    comments += [f'"{name}" depends on no input, so it is left out.' for name in signature.outputs if name not in dependent]
    comments += [f'"{name}" is the same for every made-up row, which proves little of it: {VARY}' for name in constant if name in dependent]
    comments += guessed({name: given for name, given in inputs.items() if name not in known.fields and given.get("kind") != "series"})
    outputs = {name: shown for name, shown in shown_outputs(signature, inputs, tried, model, known).items() if name in dependent}
    outputs |= {name: {"kind": "tensor"} for name in varying & outputs.keys() if outputs[name]["kind"] == "values"}
    if found:
        outputs = detection.outputs(found, model)
        comments += detection.comments(found, [computed for _, _, computed in tried])
    else:
        areas, unsure = masks.masks(signature, inputs, tried, model)
        series, ends = forecasts.forecasts(signature, inputs, outputs, tried)
        outputs = {name: (areas | series).get(name) or shown for name, shown in outputs.items() if name not in ends}
        comments += [*unsure, *forecasts.windows(inputs), *forecasts.unsure(inputs, outputs)]
    comments += scored(outputs, tried)
    is_classifier = any(shown["kind"] == "classes" for shown in outputs.values())
    is_forecast = any(shown["kind"] == "series" for shown in outputs.values())
    about = origin(path, model)
    comments += [] if about["card"] or not file_metadata.read(model, file_metadata.SOURCE) else [NO_LICENSE]
    task = "detection" if found else "classification" if is_classifier else "forecast" if is_forecast else "custom"
    return contract(about, tokens.at_home(inputs), outputs, task), comments


NO_ROW = "The model can't compute any of the rows that were made up to prove it: set min, max and default so that it can, or add ROWS to export_onnx.py."
VARY = "set min, max and choices so that it differs, or give ROWS in export_onnx.py for which it does."
NO_LICENSE = "The file does not say its licence, so the page shows none: add what it is, as card: {license: ...}"
UNNAMED = {"model", "source", "network", "best", "last"}  # names of files that say nothing of what is in them


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


def shown_outputs(signature: Signature, inputs: dict, tried: list[synthetic_rows.Tried], model: onnx.ModelProto, known: carried.Carried) -> dict:
    """How each output is shown."""
    computed = {name: [outputs[name] for _, _, outputs in tried] for name in signature.outputs}
    batch = bool(tried) and draft_probe.formed(inputs, signature, known)["batch"]
    outputs = {name: guess.shown(port, computed, model, batch) for name, port in signature.outputs.items()}
    outputs |= {name: labelled.checked(name, shown, computed) for name, shown in outputs.items() if shown["kind"] == "classes"}
    if any(shown["kind"] == "classes" for shown in outputs.values()):  # the label beside its probabilities is a value, whatever its type
        single = [name for name, shown in outputs.items() if shown == {"kind": "text"} and all(array.size == 1 for array in computed[name])]
        outputs |= {name: {"kind": "value"} for name in single}
    return outputs


def scored(outputs: dict, tried: list[synthetic_rows.Tried]) -> Iterator[str]:
    """What to know of outputs that give scores."""
    for name, shown in outputs.items():
        if shown["kind"] != "classes" or not shown.get("scores"):
            continue
        rows = np.array([computed[name].reshape(-1) for _, _, computed in tried])
        if len(rows) and not probabilities.broken(rows, "independent"):  # a softmax of them would make false ones
            yield (
                f'"{name}" gives numbers of 0 to 1 whose sum is not 1, so the page shows no percentages of it. '
                "Where they are probabilities of classes of which several may be right, write probabilities: independent in place of scores: true."
            )
        elif len(rows) and rows.shape[1] == 2 and np.allclose(rows.sum(1), 0, atol=1e-5 * np.abs(rows).max()):
            yield (
                f'"{name}" gives one score, and its negative in front of it, so the page shows no percentages of it. '
                "Where it is a logit, write probabilities: sigmoid in place of scores: true."
            )
        else:
            yield (
                f'"{name}" gives scores, not probabilities, so the page shows no percentages of it. Where one class is right, and the scores are logits, '
                "write probabilities: softmax in place of scores: true; where each class is for itself, probabilities: sigmoid."
            )


def origin(path: Path, model: onnx.ModelProto) -> dict:
    """What the page may say of the model as a whole: a name by the file that it came in or else the project's, and what the file says of itself."""
    stem = Path(file_metadata.read(model, file_metadata.SOURCE) or path.name).stem
    named = "" if stem.lower() in UNNAMED else re.sub(r"[\W_]+", " ", stem).strip()
    license_ = file_metadata.read(model, "license")
    return {
        "name": (named[:1].upper() + named[1:] or of_project(*TITLE) or "My model")[:120],
        "description": file_metadata.read(model, "description"),
        "card": {"license": license_} if license_ else {},
    }


def of_project(*keys: str) -> str:
    """What pyproject.toml says under these keys, one inside the other; "" when it says nothing."""
    try:
        found = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
        for key in keys:
            found = found[key]
        return str(found).strip()
    except (OSError, RecursionError, ValueError, KeyError, TypeError):
        return ""


def contract(about: dict, inputs: dict, outputs: dict, task: str) -> dict:
    """The keys of metadata.yml, those around inputs and outputs among them."""
    above = {"schema": SCHEMA_VERSION, "name": about["name"], "description": about["description"], "task": task, "model": {"file": Model().file}}
    return above | {"inputs": inputs, "outputs": outputs} | ({"card": about["card"]} if about["card"] else {})


def guessed(inputs: dict) -> Iterator[str]:
    """What to know of sliders whose ends were read off the graph."""
    fields = [(key, field) for name, given in inputs.items() for key, field in given.get("fields", {name: given}).items()]
    names = [f'"{name}"' for name, field in fields if "slider" in field]
    if names:
        listed = f"{', '.join(names[:5])} and {len(names) - 5} more" if len(names) > 5 else ", ".join(names)
        yield (
            f"The ends of the slider of {listed} are guessed from what the graph carries (three deviations around a scaler's mean, thresholds of trees), "
            "and any other value can be typed: write min and max instead, as far as the model was trained, to refuse what it never saw."
        )


def sounds(signature: Signature, known: carried.Carried) -> Iterator[str]:
    """What to know of inputs that are sounds, or may be."""
    for name, port in signature.inputs.items():
        if known.as_guessed(port).get("kind") == "audio":
            if known.rate is None:
                yield f'"{name}" gets sound at 16,000 samples a second: set rate if the model wants another.'
        elif guess.is_sound(port) and known.rate is not None:
            yield f'"{name}" takes {known.rate:,} samples a second, as the file says, and no page records at such a rate: so it is a plain tensor.'
        elif (count := guess.samples(port)) is not None and (known.rate is None or known.rate in guess.RATES):
            dims, rate = f"{port.dims}".replace("None", "N"), "its rate" if known.rate is None else f"rate: {known.rate}"
            how = "write kind: audio" if len(port.dims or []) == 2 else "reshape it inside the graph from [1, samples] and write kind: audio"
            yield f'"{name}" takes {dims}, which may be a sound of {count:,} samples: if it is one, {how}, with {rate}.'


def elsewhere(path: Path) -> Iterator[str]:
    """How to put the file where the page takes it from, unless it is there."""
    if path.absolute() != Path(Model().file).absolute():
        yield f'Drafted from "{path}", but the page is made from {Model().file}: put it there with: uv run poe export "{path}" (recipe onnx-file)'


def pictures(signature: Signature, model: onnx.ModelProto, known: carried.Carried) -> Iterator[str]:
    """What to know of inputs that are pictures."""
    if layout := detectors.box_layout(model):
        yield f"This is {detectors.LAYOUTS[layout]}: uv run poe export puts the steps from a picture of any size before it, and those to boxes behind it."
        return
    for name, port in signature.inputs.items():
        if picture_values.is_plain(name, model):
            continue
        dims, values = f"{port.dims}".replace("None", "N"), known.pictures.get(name, picture_values.UNKNOWN)
        is_bytes, is_rgb = port.dtype == "uint8", guess.is_rgb(port, values)
        if known.as_guessed(port) == {"kind": "image"}:
            if values.is_scaled:
                yield f'"{name}" takes {dims}, values of 0 to 255, which the model itself scales as those of a picture: if it is none, write kind: tensor.'
            elif not guess.PICTURE.search(name):
                yield f'"{name}" takes bytes, {dims}, which are taken for a picture: if they are none, write kind: tensor.'
        elif guess.channels_first(port) or (pixels.is_last(port) and not (is_bytes and is_rgb)):
            place = "first" if guess.channels_first(port) else "last"
            told = "" if is_bytes else ", values of 0 to 255, which the model itself scales" if values.is_scaled else ", of values that the file does not tell"
            wanted = [] if is_bytes else ['scale="0..255"'] if values.is_scaled else ["the mean, std and scale of its training"]
            wanted += [] if is_rgb else ['order="bgr"'] if values.order == "bgr" else ["the order of its colours, if they are red, green and blue"]
            yield (
                f'"{name}" takes {dims}, which may be a picture with its channels {place}{told}: with_picture_input in export_onnx.py puts the steps '
                f"from a plain picture before it{', with ' if wanted else ''}{' and '.join(wanted)}."
            )
        elif guess.is_picture(port):
            turned = "," if is_rgb else ", red before green before blue,"
            yield f'"{name}" takes {dims}, which may be a picture: if it is one, and takes values of 0 to 255{turned} write kind: image.'


def written(drafted: dict, comments: list[str]) -> str:
    """A contract as the text of metadata.yml."""
    lines = [f"# yaml-language-server: $schema=mlweb/contract/{SCHEMA.name}", *(f"# {' '.join(comment.split())}" for comment in comments), ""]
    return "\n".join(lines) + yaml_text.dump(drafted)
