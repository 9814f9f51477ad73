"""A text that a graph takes as tokens: tokenize.py and tokenize.js give the same, of any text, and what a graph and its tokenizer must be."""

import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import codec_strategies
import models
from codec_twins import SENTENCES, same, split_by
from hostile_text import examples
from mlweb.codec import encode, tokenize
from mlweb.codec.refusal import ValidationErrors
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.draft import tokens, yaml_text
from mlweb.draft.draft import draft
from mlweb.errors import UserError
from mlweb.proof import golden
from mlweb.proof.export_without_estimator import export_without_estimator
from paths import ROOT
from tokenizers_of_each_kind import EACH, word_level

TWIN = ROOT / "template/web/codec/tokenize.js"
ODD = ["👩‍🔬", "🏔️", "🇨🇭", "e\u0301", "\u0301", "n\u0303\u0323", "\u200d", "\u200b", "\u00ad", "\ufeff", "\x07", "\x85", "\u2028", "\ufffd", "\ud83e"]
ODD += ["東京", "กรุงเทพ", "עברית", "العربية", "हिन्दी", "한국어", "ǅ", "İ", "ß", "ﬁ", "½", "١٢", "ſ", "Å", "𝔘", "😀" * 3]
ODD += ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[cls]", "<s>", "</s>", "<pad>", "<unk>", "##ing", "▁", "Ġ", "don't", "$5.99", "a_b", "…", "--"]
# What came into Unicode since, or changed its nature, either side treats by its own tables.
settled = st.deferred(lambda: st.sampled_from([chr(at) for at in range(sys.maxunicode) if unicodedata.ucd_3_2_0.category(chr(at)) not in ("Cn", "Cs")]))
parts = (
    st.sampled_from(ODD)
    | st.text(settled.filter(lambda each: each not in "\u166d\u1734\u1885\u1886"), max_size=6)
    | st.sampled_from(["I feel ", "wonderful", " so angry", ", and ", "  ", "\n", "\t"])
)
texts = st.lists(parts, max_size=12).map("".join).map(codec_strategies.joined)


def form(sha256: str, dims: list, most: int = 512, missing: str = "refuse", dtype: str = "int64", types: bool = True) -> dict:
    """One text that feeds a graph's tokens, mask and, with `types`, segments."""
    split = {"sha256": sha256, "max": most, "mask": "attention_mask"} | ({"types": "token_type_ids"} if types else {})
    field = {"name": "words", "label": "Words", "kind": "text", "missing": missing, "tokenizer": split}
    return codec_strategies.form([{"name": "input_ids", "dtype": dtype, "dims": dims, "fields": [field]}], [])


def test_both_twins_split_any_text_into_the_same_tokens():
    """Scripts, emoji and what joins them, combining marks, control characters, special tokens; alone and in batches, whole and cut."""
    known, answers = {kind: split_by(EACH[kind]()) for kind in EACH}, Counter()

    @examples(400)
    @given(st.lists(texts, min_size=1, max_size=3), st.sampled_from([8, 9, 11, 512]), st.sampled_from([None, 10]), st.booleans())
    def ask(rows, most, length, types):
        dims = [None if len(rows) > 1 else 1, length]
        for kind, sha256 in known.items():
            note(kind)
            answer = same({"form": form(sha256, dims, most, "empty", types=types), "rows": [{"words": row} for row in rows]})
            answers[kind] += "feeds" in answer

    ask()
    assert answers.keys() == EACH.keys() and min(answers.values()) > 300


def test_both_twins_have_the_same_functions_in_the_same_order():
    python = re.findall(r"^def (\w+)", Path(tokenize.__file__).read_text(encoding="utf-8"), re.M)
    javascript = re.findall(r"^(?:export )?function (\w+)", TWIN.read_text(encoding="utf-8"), re.M)
    assert [re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name) for name in javascript] == python


def encoded(form: dict, *texts) -> dict:
    full = {**form, "sentences": SENTENCES["en"]}
    return {name: feed.tolist() for name, feed in encode.encode(full, [{"words": text} for text in texts]).items()}


def test_one_text_feeds_several_inputs_and_a_shorter_one_is_filled_up():
    sha256 = split_by(EACH["byte-level"]())
    feeds = encoded(form(sha256, [None, None]), "so", "so angry")
    short, long = feeds["input_ids"]
    assert short[0] == long[0] == 0 and long[-1] == 2
    length = short.index(2) + 1
    assert length < len(long) and short[length:] == [1] * (len(long) - length), "<pad> is 1 here, not 0"
    assert feeds["attention_mask"] == [[1] * length + [0] * (len(long) - length), [1] * len(long)]
    assert feeds["token_type_ids"] == [[0] * len(long)] * 2


def test_a_long_text_keeps_what_stands_around_it():
    sha256 = split_by(EACH["wordpiece"]())
    cut, all_of_it = (tokenize.tokens({"sha256": sha256, "max": most, "mask": "mask"}, "so angry " * 30) for most in (8, 512))
    assert len(cut.ids) == 8 and cut.total == all_of_it.total == len(all_of_it.ids) > 60
    assert cut.ids == [*all_of_it.ids[:7], 3], "[SEP] stays at the end"


def test_the_tokenizers_own_padding_and_length_are_left_alone():
    sha256 = split_by(EACH["wordpiece"]())  # which says: cut at 5, fill up to 7
    assert len(encoded(form(sha256, [None, None]), "angry")["input_ids"][0]) == 3
    assert len(encoded(form(sha256, [None, None]), "so angry " * 9)["input_ids"][0]) > 18
    assert np.shape(encoded(form(sha256, [1, 10]), "angry")["attention_mask"]) == (1, 10)


@pytest.mark.parametrize("text", ["", "  \n ", None, float("nan")])
def test_an_empty_text_is_refused_unless_the_contract_takes_it(text):
    sha256 = split_by(EACH["wordpiece"]())
    with pytest.raises(ValidationErrors, match="Words is empty: fill it in."):
        encoded(form(sha256, [None, None]), text)
    assert encoded(form(sha256, [None, None], missing="empty"), text)["input_ids"] == [[2, 3]]
    assert "refusals" in same({"form": form(sha256, [None, None]), "rows": [{"words": text}]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "is no tokenizer.json of Hugging Face (it has no model): save it anew"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is no tokenizer.json of Hugging Face (Expecting value"),
        (b"\xff\xfe\x00", "is no tokenizer.json of Hugging Face"),
        (json.dumps({"model": {"type": "Unheard"}}).encode(), "is no tokenizer.json of Hugging Face"),
        (EACH["wordpiece"]().replace(b'"unk_token":"[UNK]"', b'"unk_token":"[ANY]"'), "is no tokenizer.json of Hugging Face (WordPiece error: Missing [UNK]"),
        (EACH["wordpiece"]().replace(b'"special_tokens":{"[CLS]"', b'"special_tokens":{"[ANY]"'), "is no tokenizer.json of Hugging Face ("),
        (word_level(), "a page can't split texts by the model WordLevel: it knows WordPiece, Unigram, BPE."),
    ],
)
def test_a_file_that_is_no_tokenizer_is_a_sentence(content, said):
    with pytest.raises(UserError, match=r"model/tokenizer\.json") as refused:
        tokenize.register(content, "model/tokenizer.json")
    assert said in str(refused.value)


def test_without_the_package_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(UserError, match=r"^t\.json can't be read without the package tokenizers: add it with: uv add tokenizers==\d"):
        tokenize.register(b"never seen before", "t.json")


BODY = """(int64[N,T] input_ids, int64[N,T] attention_mask) => (float[N,1] y) {
    kept = Mul(input_ids, attention_mask)
    at = Constant<value_ints = [1]>()
    sum = ReduceSum(kept, at)
    count = ReduceSum(attention_mask, at)
    sum1 = Cast<to = 1>(sum)
    count1 = Cast<to = 1>(count)
    y = Div(sum1, count1) }"""
INPUTS = "inputs:\n  input_ids: {kind: text, label: Text, tokenizer: model/tokenizer.json}\n"
METADATA = f"schema: 1\nname: Words\n{INPUTS}outputs:\n  y: {{kind: tensor}}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """project(body, metadata, tokenizer) -> the folder of a project with this graph, and a tokenizer unless that is None; it is the current one."""

    def project(body: str = BODY, metadata: str = METADATA, tokenizer: bytes | None = EACH["wordpiece"]()):
        folder = models.project(tmp_path, models.text(f"words {body}"), metadata)
        if tokenizer is not None:
            (folder / "model/tokenizer.json").write_bytes(tokenizer)
        monkeypatch.chdir(folder)
        return folder

    return project


def said_by_check(folder: Path) -> str:
    with pytest.raises(UserError) as refused:
        check.check(folder)
    return str(refused.value)


def test_one_field_feeds_all_inputs_of_the_graph(project):
    contract, _, signature, facts = check.check(project())
    field = make_form(contract, signature, facts)["inputs"][0]["fields"][0]
    assert field["tokenizer"] == {"sha256": field["tokenizer"]["sha256"], "max": 512, "mask": "attention_mask"}
    segments = BODY.replace("attention_mask)", "attention_mask, int64[N,T] token_type_ids)", 1)
    contract, _, signature, facts = check.check(project(segments))
    assert make_form(contract, signature, facts)["inputs"][0]["fields"][0]["tokenizer"]["types"] == "token_type_ids"


def test_a_tokenizer_that_is_not_there(project):
    said = said_by_check(project(tokenizer=None))
    cure = "put the tokenizer.json of the model there, which tokenizer.save_pretrained(folder) writes."
    assert said == f"metadata.yml:4: inputs.input_ids.tokenizer: there is no file model/tokenizer.json: {cure}"


def test_a_file_that_is_no_tokenizer(project):
    said = said_by_check(project(tokenizer=b"<!doctype html>"))
    assert said.startswith("metadata.yml:4: inputs.input_ids.tokenizer: model/tokenizer.json is no tokenizer.json of Hugging Face")


def test_a_tokenizer_out_of_the_project(project):
    said = said_by_check(project(metadata=METADATA.replace("model/tokenizer.json", "../tokenizer.json")))
    assert "../tokenizer.json leads out of" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("int64[N,T] attention_mask", "int64[N,T] atention_mask", 'the model has no input "attention_mask". Did you mean "atention_mask"?'),
        (", int64[N,T] attention_mask", "", 'the model has no input "attention_mask". Export the model with one, such as attention_mask: without it'),
        ("int64[N,T] attention_mask", "int32[N,T] attention_mask", '"attention_mask" and "input_ids" must take the same shape and type: export them so.'),
        ("int64[N,T] input_ids", "float[N,T] input_ids", 'the tokens of a text are int64 or int32, but "input_ids" takes float32.'),
        ("int64[N,T] input_ids", "int64[4,T] input_ids", '"input_ids" must take [N, tokens], with any N: export it so.'),
        ("int64[N,T] attention_mask", "int64[N,T] attention_mask, int64[N,T] more", 'the model\'s input "more" is missing here'),
    ],
)
def test_a_graph_that_a_tokenizer_can_not_feed(project, before, after, said):
    body = (
        BODY.replace(before, after, 1)
        .replace("Mul(input_ids, attention_mask)", "Identity(input_ids)")
        .replace("ReduceSum(attention_mask, at)", "ReduceSum(kept, at)")
    )
    assert said in said_by_check(project(body))


def test_an_input_is_fed_once(project):
    twice = METADATA.replace("outputs:", "  attention_mask: {kind: tensor}\noutputs:")
    assert 'inputs.attention_mask: the tokenizer of "input_ids" feeds it already: leave it out here.' in said_by_check(project(metadata=twice))


def test_tokens_without_a_tokenizer_are_told_what_they_lack(project):
    said = said_by_check(project(metadata=METADATA.replace(", tokenizer: model/tokenizer.json", "")))
    assert "kind text needs a string input, the model's is int64. If it takes the tokens of a text, add tokenizer: model/tokenizer.json." in said


def test_a_graph_of_tokens_is_drafted_as_one_text(project, tmp_path):
    folder = project()
    drafted, comments = draft(folder / "model/model.onnx")
    assert drafted["inputs"] == {
        "input_ids": {"kind": "text", "label": "Text", "tokenizer": {"file": "model/tokenizer.json", "max": 8}, "default": "It was a good day."}
    }, "the file says: cut at 5, of which a frame would leave too little"
    assert not any("tokenizer" in each for each in comments)
    (folder / "hub/onnx").mkdir(parents=True)
    for name, place in (("model.onnx", "hub/onnx"), ("tokenizer.json", "hub")):
        (folder / "model" / name).rename(folder / place / name)
    elsewhere, comments = draft(folder / "hub/onnx/model.onnx")
    assert elsewhere["inputs"] == drafted["inputs"] and any("but the page takes it from model/tokenizer.json: put it there." in each for each in comments)
    (folder / "hub/tokenizer.json").unlink()
    without, comments = draft(folder / "hub/onnx/model.onnx")
    assert without["inputs"]["input_ids"] == {"kind": "tensor"} and any("put the tokenizer.json of the model beside it" in each for each in comments)


def test_a_file_from_the_hub_becomes_a_page(project):
    """As the recipe onnx-file does: the tokenizer beside the file comes along, and what was drafted fits."""
    folder = project(tokenizer=None)
    source = folder / "hub"
    source.mkdir()
    (folder / "model/model.onnx").rename(source / "model.onnx")
    (source / "tokenizer.json").write_bytes(EACH["byte-level"]())
    tokens.keep_tokenizer(source / "model.onnx")
    assert (folder / "model/tokenizer.json").read_bytes() == EACH["byte-level"]()
    drafted, _ = draft(source / "model.onnx")
    (folder / "metadata.yml").write_text(yaml_text.dump(drafted), encoding="utf-8")
    export_without_estimator(onnx.load(source / "model.onnx"), is_new=True)
    (folder / "metadata.yml").write_text(yaml_text.dump(drafted | {"outputs": {"y": {"kind": "tensor"}}}), encoding="utf-8")
    with pytest.raises(UserError, match='Output "y" is of another size for each row, such as a number for each token'):
        export_without_estimator(models.text("words " + BODY.replace("float[N,1]", "float[N,T]").replace("ReduceSum(kept, at)", "Identity(kept)")))
    cases = golden.read(folder / golden.FILE)["cases"]  # of the export before
    long = next(case for case in cases if case["name"] == "input_ids: longer than is read")
    assert long["feeds"]["input_ids"]["dims"] == [1, 512] and list(long["feeds"]) == ["input_ids", "attention_mask"]
