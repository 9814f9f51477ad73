"""`poe fetch-model` against a stand-in of the hub's addresses: the folder that it makes is exported, checked and built; each fault gets a sentence."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import gguf_models
import language_models
from mlweb import fetch_model
from mlweb.contract import check
from mlweb.errors import UserError
from mlweb.proof import export_fetched, golden, parity

NAME, COMMIT = "somebody/tiny-words-ONNX", "0123456789abcdef0123456789abcdef01234567"
GRAPH = "onnx/model_quantized.onnx"
TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}:"


class Hub:
    """What the hub has, and what it does wrong; `asked` are the paths and ranges that were requested."""

    def __init__(self):
        self.files: dict[str, Any] = language_models.FILES | {GRAPH: language_models.successors().SerializeToString(), "chat_template.jinja": TEMPLATE.encode()}
        self.wrong: dict[str, bytes] = {}
        self.breaks: set[str] = set()  # after nine tenths, once
        self.asked: list[tuple[str, str]] = []

    def listed(self) -> list[dict]:
        tree: list[dict] = [{"type": "directory", "path": "onnx", "size": 0, "oid": "0"}]
        for path, data in self.files.items():
            oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            large = {"lfs": {"oid": hashlib.sha256(data).hexdigest(), "size": len(data)}} if path.endswith((".onnx", ".gguf")) else {}
            tree.append({"type": "file", "path": path, "size": len(data), "oid": oid} | large)
        return tree


@pytest.fixture
def hub(monkeypatch):
    has = Hub()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.split("?")[0]
            has.asked.append((path, self.headers.get("Range", "")))
            if path in (f"/api/models/{NAME}/revision/main", f"/api/models/{NAME}/revision/v1%2F2"):
                return self.give(json.dumps({"id": NAME, "sha": COMMIT}).encode())
            if path == f"/api/models/{NAME}/tree/{COMMIT}":
                return self.give(json.dumps(has.listed()).encode())
            name = unquote(path).removeprefix(f"/{NAME}/resolve/{COMMIT}/")
            if name not in has.files:
                return self.send_error(404 if "nobody" not in path else 401)
            data = has.wrong.get(name, has.files[name])
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in self.headers else 0
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            end = len(data) * 9 // 10 if name in has.breaks else len(data)
            has.breaks.discard(name)
            self.wfile.write(data[start:end])

        def give(self, data: bytes):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(fetch_model.HUB, f"http://127.0.0.1:{server.server_port}")
    yield has
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    contract = language_models.METADATA.replace("{engine: transformers}", "{file: model/onnx/model.onnx, engine: transformers}")
    (tmp_path / "metadata.yml").write_text(contract, encoding="utf-8")
    return tmp_path


def refused(*given) -> str:
    with pytest.raises(UserError) as refusal:
        fetch_model.fetch(*given)
    return str(refusal.value)


def test_a_fetched_model_is_exported_and_proven(hub, project):
    fetch_model.fetch(NAME, "v1/2", "q8")
    assert json.loads((project / "model/source.json").read_text())["revision"] == COMMIT
    assert json.loads((project / "model/tokenizer_config.json").read_text())["chat_template"] == TEMPLATE
    assert (project / "model/onnx/model.onnx").read_bytes() == hub.files[GRAPH]
    assert not (project / "model/.fetching").exists()
    export_fetched.export_fetched()
    facts: Any = check.check(project)[3]
    assert facts["source"] == f"{NAME} at {COMMIT}"
    level: Any
    [level] = parity.proven(parity.FILE, facts["model"]["sha256"], "")
    assert level["left"] == "onnxruntime" and level["tokens"] > 50
    assert len(golden.read_rows(golden.HELDOUT)) == len(export_fetched.PROMPTS)
    hub.files["generation_config.json"] = b'{"eos_token_id": [1, 0]}'
    fetch_model.fetch(NAME, "main", "q8")
    assert (project / "model/generation_config.json").exists()
    del hub.files["generation_config.json"]
    fetch_model.fetch(NAME, "main", "q8")
    assert not (project / "model/generation_config.json").exists(), "it is the last model's"


def test_a_fetched_chat_model_has_golden_conversations(hub, project):
    contract = project / "metadata.yml"
    given = contract.read_text().replace("  template:", "  history: {kind: conversation, label: So far}\n  template:")
    contract.write_text(given.replace('"{{ bos_token }}{{ prompt }}!"', json.dumps(language_models.SHORT_CHAT)))
    fetch_model.fetch(NAME, "main", "q8")
    export_fetched.export_fetched()
    cases = golden.read(golden.FILE)["cases"]
    assert sum("results" in case and bool(case["values"]["history"]) for case in cases) > 1


FILE = "words Q4_K_M.gguf"


@pytest.fixture
def gguf(hub, project):
    """A hub that has a GGUF file, and a contract that names one."""
    hub.files |= {FILE: gguf_models.model(), "words-F32.gguf": b"GGUF"}
    (project / "metadata.yml").write_text(gguf_models.METADATA, encoding="utf-8")
    return hub


def test_a_fetched_gguf_file_is_exported_and_proven(gguf, project, capsys):
    fetch_model.fetch_gguf(NAME, "main", FILE)
    assert "Write model: {file: model/model.gguf, engine: llama} in metadata.yml, read its licence" in capsys.readouterr().out
    assert json.loads((project / "model/source.json").read_text()) == {"name": NAME, "revision": COMMIT, "file": FILE}
    assert sorted(path.name for path in (project / "model").iterdir()) == ["model.gguf", "source.json"]
    assert (project / "model/model.gguf").read_bytes() == gguf_models.model()
    export_fetched.export_fetched()
    facts: Any = check.check(project)[3]
    [level] = parity.proven(parity.FILE, facts["model"]["sha256"], "")
    assert level["left"] == "llama.cpp" and facts["source"] == f"{NAME} at {COMMIT}"


def test_a_gguf_file_goes_on_where_its_download_ended(gguf, project):
    gguf.breaks.add(FILE)
    with pytest.raises(UserError, match="was interrupted"):
        fetch_model.fetch_gguf(NAME, "main", FILE)
    assert not (project / "model/model.gguf").exists()
    fetch_model.fetch_gguf(NAME, "main", FILE)
    assert gguf.asked[-1][1] == f"bytes={len(gguf_models.model()) * 9 // 10}-"
    assert (project / "model/model.gguf").read_bytes() == gguf_models.model()


def test_a_gguf_file_that_the_hub_has_not_or_no_page_runs(gguf, project):
    with pytest.raises(UserError, match=rf"has no GGUF file other\.gguf\. It has {FILE}, words-F32\.gguf\."):
        fetch_model.fetch_gguf(NAME, "main", "other.gguf")
    with pytest.raises(UserError, match="only part of one"):
        fetch_model.fetch_gguf(NAME, "main", "words-F32.gguf")
    assert not (project / "model/model.gguf").exists()
    del gguf.files[GRAPH]
    assert f"It has GGUF files: name one, such as --file {FILE}" in refused(NAME, "main", "q8")
    del gguf.files[FILE], gguf.files["words-F32.gguf"]
    with pytest.raises(UserError, match="It has none: leave out --file"):
        fetch_model.fetch_gguf(NAME, "main", FILE)


def test_a_download_that_broke_goes_on_where_it_ended(hub, project):
    hub.breaks.add(GRAPH)
    assert "The download of onnx/model_quantized.onnx was interrupted" in refused(NAME, "main", "q8")
    assert not (project / "model/config.json").exists(), "nothing is there until all is"
    before = len(hub.asked)
    fetch_model.fetch(NAME, "main", "q8")
    resumed = [asked for path, asked in hub.asked[before:] if path.endswith(GRAPH)]
    assert resumed == [f"bytes={len(hub.files[GRAPH]) * 9 // 10}-"]
    assert (project / "model/onnx/model.onnx").read_bytes() == hub.files[GRAPH]


def test_a_file_that_is_not_what_the_hub_lists_is_deleted(hub):
    hub.wrong["tokenizer.json"] = hub.files["tokenizer.json"].replace(b"<s>", b"<t>")
    assert "tokenizer.json is not what the hub lists" in refused(NAME, "main", "q8")
    hub.wrong = {GRAPH: bytes(len(hub.files[GRAPH]))}
    assert f"{GRAPH} is not what the hub lists: its checksum is another one." in refused(NAME, "main", "q8")
    hub.wrong.clear()
    fetch_model.fetch(NAME, "main", "q8")


def test_a_model_that_the_hub_has_not(hub):
    assert "The hub has no model nobody/nothing (main) that everybody may read: check its name and revision." in refused("nobody/nothing", "main", "q8")
    assert "is no name of a model: write its owner and its name" in refused("https://example.org/x", "main", "q8")


def test_a_dtype_that_it_has_not(hub):
    assert f"{NAME} has no onnx/model.onnx, so a page can't run it as it is. It has --dtype q8." in refused(NAME, "main", "fp32")
    hub.files["onnx/model_quantized.onnx_data"] = b"weights"
    assert "keeps the weights of onnx/model_quantized.onnx in a second file" in refused(NAME, "main", "q8")
    del hub.files["tokenizer.json"]
    assert f"{NAME} has no tokenizer.json, so a page can't run it as it is." in refused(NAME, "main", "q8")


def test_a_hub_that_can_not_be_reached(monkeypatch):
    monkeypatch.setenv(fetch_model.HUB, "http://127.0.0.1:9")
    said = refused(NAME, "main", "q8")
    assert said.startswith("The hub can't be reached (") and "check the network, or name another hub by MLWEB_HUB." in said
