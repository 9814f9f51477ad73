"""Fetch a language model from the Hugging Face hub into model/, in the layout of Transformers.js: poe fetch-model owner/name.

The revision is settled first, so that all files are of one commit; each is checked against the checksum that the hub lists, and a download that was
interrupted goes on where it ended. MLWEB_HUB names another hub.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from mlweb import files
from mlweb.console import say
from mlweb.engines import fetched, language_model
from mlweb.errors import UserError, run
from mlweb.site.host_limits import size

HUB, DEFAULT_HUB = "MLWEB_HUB", "https://huggingface.co"
FOLDER = Path("model")
PARTS = FOLDER / ".fetching"  # what has arrived, until all is there
GRAPHS = {"fp32": "onnx/model.onnx", "q8": "onnx/model_quantized.onnx", "int8": "onnx/model_int8.onnx", "uint8": "onnx/model_uint8.onnx"}
GRAPH = "onnx/model.onnx"  # what each is called here, so that metadata.yml need not change
TEMPLATE = "chat_template.jinja"
NAME = re.compile(r"[\w.-]+/[\w.-]+")
TIMEOUT_S, CHUNK, PARTIAL = 30, 1 << 20, 206


def fetch(name: str, revision: str, dtype: str) -> None:
    """Fetch a model of the hub into model/; raises UserError, and leaves model/ as it was until all is there."""
    if not NAME.fullmatch(name):
        raise UserError(f"{name!r} is no name of a model: write its owner and its name, such as onnx-community/gemma-3-270m-it-ONNX.")
    hub = os.environ.get(HUB, DEFAULT_HUB).rstrip("/")
    about = read_json(f"{hub}/api/models/{name}/revision/{quote(revision, safe='')}", f"{name} ({revision})")
    commit = str(about.get("sha", "") if isinstance(about, dict) else "")
    listed = read_json(f"{hub}/api/models/{name}/tree/{commit}?recursive=true", name)
    there = {entry["path"]: entry for entry in listed if isinstance(entry, dict) and entry.get("type") == "file"} if isinstance(listed, list) else {}
    graph = GRAPHS[dtype]
    if lacking := next((each for each in (*language_model.FILES, graph) if each not in there), None):
        others = [each for each, file in GRAPHS.items() if file in there]
        offer = f"It has --dtype {' and '.join(others)}." if lacking == graph and others else "Look for one that Transformers.js runs."
        raise UserError(f"{name} has no {lacking}, so a page can't run it as it is. {offer}")
    if f"{graph}_data" in there:
        raise UserError(f"{name} keeps the weights of {graph} in a second file, which a page does not read here: take another --dtype, or a smaller model.")
    wanted = [each for each in (*language_model.FILES, *language_model.OPTIONAL, TEMPLATE, graph) if each in there]
    say(f"Fetching {name} at {commit[:12]}: {size(sum(int(there[each]['size']) for each in wanted))} ...")
    arrived = {each: download(f"{hub}/{name}/resolve/{commit}/{each}", each, there[each]) for each in wanted}
    put(arrived, graph)
    fetched.FILE.write_text(json.dumps({"name": name, "revision": commit, "dtype": dtype}, indent=2) + "\n", encoding="utf-8")
    say(f"{FOLDER}/ has {name}. Read its licence, write your own texts in metadata.yml, then: uv run poe export && uv run poe build")


def read_json(url: str, what: str) -> Any:
    """What the hub answers; raises UserError."""
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:
            return json.loads(answer.read(files.TEXT))
    except HTTPError as error:
        if error.code in (401, 403, 404):
            raise UserError(f"The hub has no model {what} that everybody may read: check its name and revision.") from None
        raise UserError(f"The hub answers HTTP {error.code}: try again later.") from None
    except (OSError, HTTPException, ValueError) as error:
        raise UserError(f"The hub can't be reached ({getattr(error, 'reason', None) or error}): check the network, or name another hub by {HUB}.") from None


def download(url: str, name: str, listed: dict) -> Path:
    """A file of the hub, as it lists it, from where the last download ended; raises UserError."""
    total, part = int(listed["size"]), PARTS / name.replace("/", "-")
    if total > files.MODEL:
        raise UserError(f"{name} has {total:,} bytes, and no browser takes a model of more than {files.MODEL:,}: take a smaller one.")
    PARTS.mkdir(parents=True, exist_ok=True)
    start = part.stat().st_size if part.is_file() else 0
    if start < total:
        try:
            request = Request(url, headers={"Range": f"bytes={start}-"} if start else {})
            with urlopen(request, timeout=TIMEOUT_S) as answer, part.open("ab" if answer.status == PARTIAL else "wb") as file:
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
        except (OSError, HTTPException) as error:
            raise UserError(f"The download of {name} was interrupted ({error}): run the same command again, it goes on from there.") from None
    if (got := part.stat().st_size) < total:
        raise UserError(f"The download of {name} was interrupted after {got:,} of {total:,} bytes: run the same command again, it goes on from there.")
    if not is_listed(part, listed):
        part.unlink()
        raise UserError(f"{name} is not what the hub lists: its checksum is another one. It was deleted; run the same command again.")
    return part


def is_listed(path: Path, listed: dict) -> bool:
    """Whether a file has the checksum that the hub lists: SHA-256 of a large file, git's own of a small one."""
    large = listed.get("lfs")
    digest: Callable[..., Any] = hashlib.sha256 if large else hashlib.sha1
    found = digest(b"" if large else f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest() == (large["oid"] if large else listed["oid"])


def put(arrived: dict[str, Path], graph: str) -> None:
    """Move all files to their places. A template in a file of its own goes where Transformers.js looks for it, into tokenizer_config.json."""
    if template := arrived.pop(TEMPLATE, None):
        config = language_model.parsed("tokenizer_config.json", arrived["tokenizer_config.json"].read_bytes())
        config["chat_template"] = template.read_text(encoding="utf-8")
        arrived["tokenizer_config.json"].write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for name in language_model.OPTIONAL:
        (FOLDER / name).unlink(missing_ok=True)  # of the last model
    for name, path in arrived.items():
        place = FOLDER / (GRAPH if name == graph else name)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
    shutil.rmtree(PARTS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="poe fetch-model", description="Fetch a language model from the Hugging Face hub into model/.")
    parser.add_argument("name", help="owner/name on the hub")
    parser.add_argument("--revision", default="main", help="a commit, tag or branch (default main); the commit that it stands for is noted")
    parser.add_argument("--dtype", default="q8", choices=list(GRAPHS), help="which file of weights: q8 (the default) suits WebAssembly")
    given = parser.parse_args()
    fetch(given.name, given.revision, given.dtype)


if __name__ == "__main__":
    sys.exit(run(main))
