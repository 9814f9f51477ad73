"""The codec's twins side by side: what encode.py and decode.py answer, and what encode.js and decode.js answer in one process of Node.

An answer is {"feeds"}, {"refusals"}, {"results"}, {"unexpected"} (decode's one error), or {"crash"} for what neither may ever do.
"""

import json
import math
import subprocess
import traceback
from functools import cache

from mlweb.codec import decode, encode, nearest, tokenize
from mlweb.codec.languages import LANGUAGES, localised
from mlweb.codec.refusal import ValidationErrors
from mlweb.contract import sentences
from mlweb.errors import UserError
from mlweb.proof import golden
from mlweb.site import vendor
from node_tools import NODE
from paths import ROOT
from vendored import vendored

LIBRARY = "@huggingface/tokenizers"
SENTENCES = {language: localised(sentences.SENTENCES, language) for language in LANGUAGES}


@cache
def node() -> subprocess.Popen:
    """The process; it ends with ours, when its input does."""
    return subprocess.Popen([NODE, "--no-warnings", ROOT / "tests/support/encode_in_node.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def in_node(request: dict) -> dict:
    """What JavaScript answers."""
    process = node()
    process.stdin.write(json.dumps(tagged(request), allow_nan=False).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline(), parse_int=float)


def split_by(data: bytes) -> str:
    """Make a tokenizer.json known to both; the checksum by which a form names it."""
    vendored()
    sha256 = tokenize.register(data, "tokenizer.json")
    [library] = (ROOT / "template" / package.folder / "tokenizers.js" for package in vendor.pinned(ROOT / "template") if package.name == LIBRARY)
    assert in_node({"tokenizer": data.decode(), "sha256": sha256, "library": library.as_uri()}) == {}
    return sha256


def list_known(data: bytes) -> str:
    """Make a list of texts known to both; the checksum by which a form names it."""
    sha256 = nearest.register(data, "items.json")
    assert in_node({"list": data.decode(), "sha256": sha256}) == {}
    return sha256


def in_python(request: dict) -> dict:
    """What Python answers, as JSON has it."""
    try:
        if "outputs" in request:
            outputs = golden.unpacked(request["outputs"])
            rows = decode.decode(request["form"], outputs, request["count"])
            return {"results": [{name: tagged(golden.packed(result)) for name, result in row.items()} for row in rows]}
        return {"feeds": golden.packed(encode.encode(request["form"], [golden.unpacked(row) for row in request["rows"]]))}
    except ValidationErrors as refused:
        return {"refusals": refused.refusals}
    except UserError as error:
        return {"unexpected": error.sentences}
    except Exception:
        return {"crash": traceback.format_exc()}


def tagged(node):
    """A copy of a JSON tree in which each number is one that JavaScript has, and {"$number": "NaN"} one that JSON has not."""
    if isinstance(node, dict):
        return {key: tagged(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [tagged(value) for value in node]
    if isinstance(node, float) and (not math.isfinite(node) or (node == 0 and math.copysign(1, node) < 0)):
        return {"$number": "NaN" if math.isnan(node) else "-0" if node == 0 else "Infinity" if node > 0 else "-Infinity"}
    return node


def same(request: dict) -> dict:
    """The answer that both twins give to a request, whose form has a language for its sentences; fails where they differ, or one breaks down."""
    full = {**request, "form": {**request["form"], "sentences": SENTENCES[request["form"]["sentences"]]}}
    theirs, ours = in_node(full), in_python(full)
    if "unexpected" in theirs:
        name, got, wanted = theirs["unexpected"]
        theirs = {"unexpected": decode.unexpected(name, int(got), int(wanted)).sentences}
    assert "crash" not in ours, ours["crash"]
    assert "crash" not in theirs, theirs["crash"]
    assert plain(theirs) == plain(ours), f"JavaScript: {plain(theirs)}\nPython:     {plain(ours)}"
    return ours


def plain(answer: dict) -> str:
    """An answer as JSON in which 1 is 1.0, but true is not 1."""
    return json.dumps(json.loads(json.dumps(answer), parse_int=float), sort_keys=True)
