"""`poe fetch-model` against a stand-in of the hub's addresses: the folder that it makes is exported, checked and built; each fault gets a sentence."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

import gguf_models
import language_models
from hub import COMMIT, GRAPH, NAME, TEMPLATE, stand_in
from mlweb import fetch_model
from mlweb.contract import check
from mlweb.engines import fetched
from mlweb.errors import UserError
from mlweb.proof import export_fetched, golden, parity


@pytest.fixture
def hub(monkeypatch):
    with stand_in() as has:
        monkeypatch.setenv(fetch_model.HUB, has.address)
        yield has


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
    assert json.loads((project / "model/source.json").read_text()) == {
        "name": NAME,
        "revision": COMMIT,
        "file": FILE,
        "hub": gguf.address,
        "origins": [gguf.address],
        "files": {hashlib.sha256(gguf_models.model()).hexdigest(): FILE},
    }
    assert sorted(path.name for path in (project / "model").iterdir()) == ["model.gguf", "source.json"]
    assert (project / "model/model.gguf").read_bytes() == gguf_models.model()
    export_fetched.export_fetched()
    facts: Any = check.check(project)[3]
    [level] = parity.proven(parity.FILE, facts["model"]["sha256"], "")
    assert level["left"] == "llama.cpp" and facts["source"] == f"{NAME} at {COMMIT}"


def test_a_gguf_file_of_few_bits_carries_what_is_nearly_as_likely(gguf, project):
    gguf.files[FILE] = gguf_models.of_few_bits()
    fetch_model.fetch_gguf(NAME, "main", FILE)
    export_fetched.export_fetched()
    device = golden.read(golden.FILE).get("device")
    assert device and len(device["cases"]) > 9
    for case in device["cases"]:
        assert case["values"]["temperature"] == 0, "what is drawn would part soon"
        assert [place[0] for place in case["near"]] == golden.unpack(case["outputs"]["tokens"])[0].tolist()
    assert any(len(place) > 1 for case in device["cases"] for place in case["near"])


def test_a_gguf_file_goes_on_where_its_download_ended(gguf, project):
    gguf.breaks.add(FILE)
    with pytest.raises(UserError, match="was interrupted"):
        fetch_model.fetch_gguf(NAME, "main", FILE)
    assert not (project / "model/model.gguf").exists()
    fetch_model.fetch_gguf(NAME, "main", FILE)
    assert gguf.asked[-2][1] == f"bytes={len(gguf_models.model()) * 9 // 10}-"
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
    assert [each for each in resumed if each != "bytes=0-0"] == [f"bytes={len(hub.files[GRAPH]) * 9 // 10}-"] * 2, "of the hub, and of where that leads to"
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


def test_what_visitors_are_to_load_from_the_hub_is_noted(hub, project):
    fetch_model.fetch(NAME, "main", "q8")
    found = fetched.read_hub(project)
    assert found.origins == tuple(sorted([hub.address, hub.store])), "the hub refers to another server for what is large"
    assert found.url(hashlib.sha256(hub.files[GRAPH]).hexdigest()) == hub.url(GRAPH)
    assert not found.url(hashlib.sha256((project / "model/tokenizer_config.json").read_bytes()).hexdigest()), "it has the template in it now"
    contract = (project / "metadata.yml").read_text().replace("engine: transformers", "engine: transformers, source: hub")
    (project / "metadata.yml").write_text(contract)
    export_fetched.export_fetched()
    assert (project / "model/onnx/model.onnx").read_bytes() == hub.files[GRAPH], "an export leaves it as the hub has it"


def test_a_source_that_no_page_can_load_from_gets_a_sentence(hub, project):
    fetch_model.fetch(NAME, "main", "q8")
    noted = json.loads(fetched.FILE.read_text())
    for change, said in (
        ({"files": None}, "does not say which files the hub has"),
        ({"origins": ["https://hub.example; script-src *"]}, "names 'https://hub.example; script-src *', from which no page can load"),
        ({"hub": "http://hub.example"}, "names 'http://hub.example', from which no page can load"),
    ):
        fetched.FILE.write_text(json.dumps(noted | change))
        with pytest.raises(UserError, match=re.escape(said)):
            fetched.read_hub(project)
