"""The contract of a model that takes the tokens of a text, as BERT and its kin do: one text in, where their tokenizer.json is there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from mlweb.codec import tokenizer_file
from mlweb.codec.kinds.text import TOKENS
from mlweb.console import say
from mlweb.graph.onnx_file import Signature

IDS, MASK, TYPES = "input_ids", "attention_mask", "token_type_ids"  # as Hugging Face calls them
FILE = Path("tokenizer.json")
HOME = f"model/{FILE}"  # where the page takes it from
SHORTEST, LONGEST, START = 8, 512, "It was a good day."


def beside(path: Path) -> Path | None:
    """The tokenizer.json that belongs to a model: beside it, or a folder above, as in the layout of the hub; None for none."""
    return next((folder / FILE for folder in (path.parent, path.parent.parent) if (folder / FILE).is_file()), None)


def takes_tokens(signature: Signature) -> bool:
    """Whether the inputs are the tokens of a text and their mask, and at most their segments."""
    inputs = signature.inputs
    whole = all(port.dtype in TOKENS and port.dims is not None and len(port.dims) == 2 for port in inputs.values())
    return whole and {IDS, MASK} <= inputs.keys() <= {IDS, MASK, TYPES}


def fields(tokenizer: Path) -> dict[str, dict]:
    """The one field of the form, by the name of the input; raises UserError when the file is no tokenizer."""
    _, config = tokenizer_file.read(tokenizer.read_bytes(), str(tokenizer))
    longest = (config.get("truncation") or {}).get("max_length", LONGEST)
    return {IDS: {"kind": "text", "label": "Text", "tokenizer": {"file": str(FILE), "max": min(max(longest, SHORTEST), LONGEST)}, "default": START}}


def fed(inputs: dict) -> set[str]:
    """The inputs that such a field feeds beside its own."""
    return {MASK, TYPES} if any("tokenizer" in given for given in inputs.values()) else set()


def at_home(inputs: dict) -> dict:
    """The inputs of a draft with the tokenizer where the page takes it from."""
    return {name: given | {"tokenizer": given["tokenizer"] | {"file": HOME}} if "tokenizer" in given else given for name, given in inputs.items()}


def comments(signature: Signature, tokenizer: Path | None) -> Iterator[str]:
    """What to know of tokens."""
    if tokenizer and tokenizer.absolute() != Path(HOME).absolute():
        yield f'The tokenizer is "{tokenizer}", but the page takes it from {HOME}: put it there.'
    elif not tokenizer and takes_tokens(signature):
        yield f'"{IDS}" takes the tokens of a text: put the tokenizer.json of the model beside it, and draft again, for a form with one text.'


def keep_tokenizer(path: Path) -> None:
    """Put the tokenizer.json that belongs to a model from elsewhere to where the page takes it from."""
    found = beside(path)
    if found and found.absolute() != Path(HOME).absolute():
        Path(HOME).parent.mkdir(exist_ok=True)
        shutil.copy(found, HOME)
        say(f"{found} is kept as {HOME}.")
