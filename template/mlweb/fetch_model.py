"""Fetch a language model from the Hugging Face hub into model/: poe fetch-model owner/name, in the layout of Transformers.js, or with --file a GGUF file.

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
from collections.abc import Collection, Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from mlweb import files
from mlweb.console import say
from mlweb.engines import fetched, gguf_file, language_model, llama
from mlweb.errors import UserError, run
from mlweb.site.host_limits import size

HUB, DEFAULT_HUB = "MLWEB_HUB", "https://huggingface.co"
FOLDER = Path("model")
PARTS = FOLDER / ".fetching"  # what has arrived, until all is there
GRAPHS = {"fp32": "onnx/model.onnx", "q8": "onnx/model_quantized.onnx", "int8": "onnx/model_int8.onnx", "uint8": "onnx/model_uint8.onnx"}
GRAPH = "onnx/model.onnx"  # what each is called here, so that metadata.yml need not change
GGUF = "model.gguf"  # what a GGUF file is called here, whatever its name on the hub
TEMPLATE = "chat_template.jinja"
NAME = re.compile(r"[\w.-]+/[\w.-]+")
TIMEOUT_S, CHUNK, PARTIAL = 30, 1 << 20, 206


def fetch(name: str, revision: str, dtype: str) -> None:
    """Fetch a model of the hub into model/; raises UserError, and leaves model/ as it was until all is there."""
    hub, commit, there = listing(name, revision)
    graph = GRAPHS[dtype]
    if lacking := next((each for each in (*language_model.FILES, graph) if each not in there), None):
        others, ggufs = [each for each, file in GRAPHS.items() if file in there], ggufs_of(there)
        offer = f"It has --dtype {' and '.join(others)}." if lacking == graph and others else "Look for one that Transformers.js runs."
        offer = offer if others or not ggufs else f"It has GGUF files: name one, such as --file {ggufs[0]}"
        raise UserError(f"{name} has no {lacking}, so a page can't run it as it is. {offer}")
    if f"{graph}_data" in there:
        raise UserError(f"{name} keeps the weights of {graph} in a second file, which a page does not read here: take another --dtype, or a smaller model.")
    wanted = [each for each in (*language_model.FILES, *language_model.OPTIONAL, TEMPLATE, graph) if each in there]
    arrived, source = download_all(hub, name, commit, {each: there[each] for each in wanted})
    put(arrived, graph)
    tell(source | {"dtype": dtype}, "Read")


def fetch_gguf(name: str, revision: str, file: str) -> None:
    """Fetch a GGUF file of the hub as model/model.gguf; raises UserError, and leaves model/ as it was until it is there and a page can run it."""
    hub, commit, there = listing(name, revision)
    if file not in there or not file.endswith(".gguf"):
        offer = ", ".join(ggufs_of(there)) or "none: leave out --file, or look for another"
        raise UserError(f"{name} has no GGUF file {file}. It has {offer}.")
    arrived, source = download_all(hub, name, commit, {file: there[file]})
    if problem := next(iter(llama.problems(gguf_file.load(arrived[file]))), None):
        raise UserError(f"{file}: {problem}")
    arrived[file].replace(FOLDER / GGUF)
    shutil.rmtree(PARTS)
    tell(source | {"file": file}, f"Write model: {{file: {FOLDER / GGUF}, engine: llama}} in metadata.yml, read")


def ggufs_of(there: Collection[str]) -> list[str]:
    """The GGUF files among what the hub has."""
    return sorted(each for each in there if each.endswith(".gguf"))


def listing(name: str, revision: str) -> tuple[str, str, dict[str, dict]]:
    """The hub's address, the commit that a revision of a model stands for, and its files there, as the hub lists them; raises UserError."""
    if not NAME.fullmatch(name):
        raise UserError(f"{name!r} is no name of a model: write its owner and its name, such as onnx-community/gemma-3-270m-it-ONNX.")
    hub = os.environ.get(HUB, DEFAULT_HUB).rstrip("/")
    about = read_json(f"{hub}/api/models/{name}/revision/{quote(revision, safe='')}", f"{name} ({revision})")
    commit = str(about.get("sha", "") if isinstance(about, dict) else "")
    listed = read_json(f"{hub}/api/models/{name}/tree/{commit}?recursive=true", name)
    there = {entry["path"]: entry for entry in listed if isinstance(entry, dict) and entry.get("type") == "file"} if isinstance(listed, list) else {}
    return hub, commit, there


def download_all(hub: str, name: str, commit: str, wanted: dict[str, dict]) -> tuple[dict[str, Path], dict[str, Any]]:
    """Where the files that are wanted have arrived, and what is noted of where they came from; raises UserError."""
    say(f"Fetching {name} at {commit[:12]}: {size(sum(int(each['size']) for each in wanted.values()))} ...")
    addresses = {each: f"{hub}/{name}/resolve/{commit}/{quote(each)}" for each in wanted}
    arrived = {each: download(url, each, wanted[each]) for each, url in addresses.items()}
    sums = {digest(path, hashlib.sha256()): each for each, path in arrived.items()}
    return arrived, {"name": name, "revision": commit, "hub": hub, "origins": origins(addresses.values()), "files": sums}


def tell(source: dict[str, Any], first: str) -> None:
    """Note where the model came from, and say what comes next. first: what is to be done before its licence is looked at."""
    fetched.FILE.write_text(json.dumps(source, indent=2) + "\n", encoding="utf-8")
    say(f"{FOLDER}/ has {source['name']}. {first} its licence, write your own texts in metadata.yml, then: uv run poe export && uv run poe build")


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


def origins(urls: Iterable[str]) -> list[str]:
    """The servers that give these files, which may be others than the hub: what a page must be allowed to ask that loads them. Raises UserError."""
    found = set()
    for url in urls:
        try:
            with urlopen(Request(url, headers={"Range": "bytes=0-0"}), timeout=TIMEOUT_S) as answer:
                found |= {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in (url, answer.url)}
        except (OSError, HTTPException) as error:
            raise UserError(f"The hub can't be reached any more ({error}): run the same command again, it goes on from there.") from None
    return sorted(found)


def is_listed(path: Path, listed: dict) -> bool:
    """Whether a file has the checksum that the hub lists: SHA-256 of a large file, git's own of a small one."""
    if large := listed.get("lfs"):
        return digest(path, hashlib.sha256()) == large["oid"]
    return digest(path, hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)) == listed["oid"]


def digest(path: Path, begun: Any) -> str:
    """The checksum of a file, behind what was begun with, in hexadecimal digits."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            begun.update(chunk)
    return begun.hexdigest()


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
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--dtype", default="q8", choices=list(GRAPHS), help="which file of weights: q8 (the default) suits WebAssembly")
    which.add_argument("--file", help="a GGUF file of the model, for the engine llama, in place of what Transformers.js runs")
    given = parser.parse_args()
    if given.file:
        fetch_gguf(given.name, given.revision, given.file)
    else:
        fetch(given.name, given.revision, given.dtype)


if __name__ == "__main__":
    sys.exit(run(main))
