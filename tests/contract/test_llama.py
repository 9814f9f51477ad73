"""A language model in a GGUF file: a sentence for each file that is none and each contract that does not suit it, and what both sides know of it."""

import json
import struct
from pathlib import Path

import gguf
import pytest

import gguf_models
import language_models
import models
from mlweb.contract import check, schema
from mlweb.engines import gguf_file, llama
from mlweb.engines.gguf_file import Gguf
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError

NO_FILE = "model/model.gguf is no GGUF file (it begins with {}): the engine llama runs no other. Fetch or export one, or write engine: onnx."
IN_PART = "model/model.gguf is a GGUF file of another version, or only part of one ({:,} bytes): fetch or export it again."


def header(*pairs: tuple[str, int, bytes], keys: int | None = None, tensors: int = 0, version: int = 3) -> bytes:
    """A file of nothing but a header: keys, each with the number of its type and its bytes."""
    texts = b"".join(struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", kind) + value for key, kind, value in pairs)
    return b"GGUF" + struct.pack("<IQQ", version, tensors, len(pairs) if keys is None else keys) + texts + b"\0"


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


LIST, TEXT, NUMBER = 9, 8, 4
ENDLESS = struct.pack("<IQ", 0, 2**60)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "model/model.gguf is a Git LFS pointer, not the model itself: fetch the file with: git lfs pull"),
        (b"<!doctype html>", NO_FILE.format("b'<!do'")),
        (b"", NO_FILE.format("b''")),
        (header(version=1), IN_PART.format(25)),
        (header(keys=2**60), IN_PART.format(25)),
        (header(tensors=2**60), IN_PART.format(25)),
        (header(("a", LIST, ENDLESS)), IN_PART.format(50)),
        (header(("a", LIST, struct.pack("<IQ", LIST, 1))), IN_PART.format(50)),
        (header(("a", TEXT, struct.pack("<Q", 2**60))), IN_PART.format(46)),
        (header(("a", 10_000, b"")), IN_PART.format(38)),
        (header(), "model/model.gguf: it holds no language model: such as the part of a model that sees pictures."),
        (header(("general.architecture", TEXT, text("clip"))), "model/model.gguf: it holds no language model: such as the part of a model that sees pictures."),
        (
            header(("general.architecture", TEXT, text("llama"))),
            "model/model.gguf: it has no tokenizer, so no text can be given to it: convert the model again, together with its tokenizer.",
        ),
        (
            header(
                ("general.architecture", TEXT, text("llama")),
                ("tokenizer.ggml.tokens", LIST, struct.pack("<IQ", TEXT, 1) + text("a")),
                ("split.count", NUMBER, struct.pack("<I", 2)),
            ),
            "model/model.gguf: it is one of 2 parts: join them with: llama-gguf-split --merge",
        ),
    ],
)
def test_a_file_that_can_not_be_run_gets_a_sentence(tmp_path, monkeypatch, data, said):
    monkeypatch.chdir(models.project(tmp_path, data, gguf_models.METADATA))
    with pytest.raises(UserError) as refused:
        check.check(Path())
    assert refused.value.sentences == [said]


def test_half_a_file_is_said_to_be_one(tmp_path, monkeypatch):
    data = gguf_models.model()
    for half in (data[: len(data) // 2], data[:500]):
        monkeypatch.chdir(models.project(tmp_path, half, gguf_models.METADATA))
        with pytest.raises(UserError, match="only part of one"):
            check.check(Path())


def test_what_llama_refuses_is_said(tmp_path, monkeypatch):
    named = b"general.architecture" + struct.pack("<IQ", TEXT, 5)
    strange = gguf_models.model().replace(named + b"llama", named + b"lamas")
    monkeypatch.chdir(models.project(tmp_path, strange, gguf_models.METADATA))
    with pytest.raises(UserError, match="^llama.cpp refuses the model: .*Its architecture lamas may be newer than xllamacpp"):
        check.check(Path())


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{engine: llama}", "the engine llama runs a GGUF file, not model/model.onnx: name one, such as model/model.gguf."),
        ("{file: model/model.onnx, engine: llama}", "the engine llama runs a GGUF file, not model/model.onnx: name one, such as model/model.gguf."),
        ("{file: model/model.gguf, engine: llama, runtime: webgpu}", "the engine llama computes in WebAssembly, on one thread: leave out runtime and threads."),
        ("{file: model/model.gguf, engine: llama, threads: 2}", "the engine llama computes in WebAssembly, on one thread: leave out runtime and threads."),
        ("{file: model/model.gguf}", "model/model.gguf is a GGUF file, not an ONNX model: write engine: llama, which runs those."),
    ],
)
def test_a_contract_that_does_not_suit_a_gguf_file_gets_a_sentence(tmp_path, monkeypatch, model, said):
    monkeypatch.chdir(models.project(tmp_path, gguf_models.model(), gguf_models.METADATA.replace("{file: model/model.gguf, engine: llama}", model)))
    with pytest.raises(UserError) as refused:
        check.check(Path())
    assert any(said in sentence for sentence in refused.value.sentences), refused.value.sentences


def test_there_is_no_graph_to_draw(tmp_path, monkeypatch):
    monkeypatch.chdir(models.project(tmp_path, gguf_models.model(), gguf_models.METADATA))
    assert "graph" not in schema.load().panels() and "card" in schema.load().panels()
    monkeypatch.chdir(models.project(tmp_path, gguf_models.model(), gguf_models.METADATA + "page: {panels: [predict, graph]}\n"))
    with pytest.raises(UserError, match="there is no graph in a GGUF file: leave out the panel graph"):
        check.check(Path())


def test_without_llama_here_it_is_said_what_is_missing(monkeypatch):
    def missing(*_):
        raise llama.runner.NativeError("No module named 'xllamacpp'")

    monkeypatch.setattr(llama.LlamaModel, "open", missing)
    with pytest.raises(UserError, match=rf"can't be run here without the package xllamacpp: add it with: uv add {llama.PACKAGE}"):
        gguf_models.session()


def test_both_sides_know_the_same_of_a_file():
    metadata = {
        "general.architecture": "gemma3",
        "gemma3.context_length": 32768,
        "tokenizer.chat_template": "{{ bos_token }}",
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": ["<pad>", "<eos>", "<bos>", "<end_of_turn>", "a"],
        "tokenizer.ggml.token_type": [3, 3, 3, 3, 1],
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.ggml.padding_token_id": 0,
    }
    assert json.loads(llama.about(Gguf(b"", metadata, {}))) == {
        "size": llama.MOST_TOKENS,
        "vocabulary": 5,
        "begin": [2],
        "ends": [1, 3],
        "control": [0, 1, 2, 3],
        "special": {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"},
        "template": "{{ bos_token }}",
    }
    few = {**metadata, "tokenizer.ggml.add_bos_token": False, "gemma3.context_length": 64}
    assert {"begin": [], "size": 64}.items() <= json.loads(llama.about(Gguf(b"", few, {}))).items()


Q8_0, HALF, BRAIN = gguf_models.FEW, gguf.GGMLQuantizationType.F16, gguf.GGMLQuantizationType.BF16


@pytest.mark.parametrize(
    ("model", "tie"),
    [
        ({}, 0.0),
        ({"kind": HALF}, 0.0),
        ({"kind": BRAIN}, 0.0),
        ({"kind": Q8_0}, llama.TIE),
        ({"kind": gguf.GGMLQuantizationType.Q4_0}, llama.TIE),
        ({"kinds": (("blk.1.ffn_up.weight", Q8_0),)}, llama.TIE),
        ({"kinds": (("token_embd.weight", Q8_0),)}, 0.0),
    ],
)
def test_only_with_weights_of_few_bits_that_it_multiplies_with_texts_may_part(model, tie):
    assert ENGINES["llama"].tie(gguf_file.read(gguf_models.model(**model))) == tie


def test_an_output_that_is_the_embedding_is_multiplied_with():
    assert llama.tie(Gguf(b"", {}, {"token_embd.weight": int(Q8_0), "output_norm.weight": 0})) == llama.TIE


def test_the_header_is_read_as_it_was_written():
    read = gguf_file.read(gguf_models.model())
    found = read.metadata
    assert found["tokenizer.ggml.tokens"] == gguf_models.TOKENS and found["llama.context_length"] == gguf_models.HOLDS
    assert found["tokenizer.ggml.add_bos_token"] is True and found["llama.attention.layer_norm_rms_epsilon"] == pytest.approx(1e-5)
    assert ENGINES["llama"].summary(read) == f"llama, {len(gguf_models.TOKENS)} tokens"


def test_a_prompt_is_read_with_what_stands_in_front_of_a_text():
    session = gguf_models.session()
    letters = {letter: at for at, letter in enumerate(gguf_models.TOKENS)}
    assert session.tokens("so", "", []) == [0, letters["s"], letters["o"]] == session.tokens("so", "{{ bos_token }}{{ prompt }}", [])
    assert session.tokens("the", "{{ prompt }}", []) == [letters["the"]]
    assert session.tokens("</s>", "", [("a", "b")])[-2:] == [letters["Ċ"], 1], "as Transformers.js reads it: tokens may be written out"
    assert session.tokens("", "{{ prompt }}", []) == []
    assert language_models.expected([{"prompt": "so", "template": "", "max_new_tokens": 1}], session)[0][2] == [3, gguf_models.HOLDS, 0, 1, 1]
