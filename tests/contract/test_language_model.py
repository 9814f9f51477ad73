"""A language model in Python: which token comes next, what a template makes of a prompt, and a sentence for each folder that is none."""

import json
from random import Random

import numpy as np
import onnx
import pytest

import language_models
import models
from mlweb import runner
from mlweb.contract import check
from mlweb.engines import template
from mlweb.engines.parts import text_parts
from mlweb.engines.sampling import next_token
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError


@pytest.fixture(scope="module")
def session() -> runner.Session:
    return ENGINES["transformers"].session(language_models.successors().SerializeToString(), language_models.FILES)


def written(session: runner.Session, **given) -> dict[str, np.ndarray]:
    dtypes = {"prompt": object, "template": object, "temperature": np.float32, "history": object, "in_parts": bool}
    feeds = {name: np.array([value], dtypes.get(name, np.int64)) for name, value in given.items()}
    return runner.compute(session, ["text", "tokens", "context"], feeds)


def test_the_likeliest_token_or_one_drawn_by_its_share():
    scores = np.log(np.array([1, 6, 3], np.float32))
    assert next_token(scores, 0, 0, Random(0)) == 1
    random = Random(5)
    drawn = [next_token(scores, 1, 0, random) for _ in range(2000)]
    assert np.allclose(np.bincount(drawn) / 2000, [0.1, 0.6, 0.3], atol=0.03)
    random = Random(5)
    assert {next_token(scores, 1, 2, random) for _ in range(200)} == {1, 2}
    cold = [next_token(scores, 0.1, 0, Random(seed)) for seed in range(50)]
    assert cold.count(1) >= 48
    assert next_token(np.zeros(3, np.float32), 0, 0, Random(0)) == 0  # of equal ones the first, as in JavaScript
    assert next_token(np.zeros(3, np.float32), 1, 1, Random(0)) == 0


def test_it_writes_until_it_ends_or_is_full(session):
    first = written(session, prompt="so", template="", max_new_tokens=9)
    assert first["tokens"].shape == (1, 9) and first["context"].tolist() == [[3, language_models.HOLDS, 0, 1, 1]]  # with <s>
    again = written(session, prompt="so", template="{{ bos_token }}{{ prompt }}", max_new_tokens=9)
    assert again["tokens"].tolist() == first["tokens"].tolist()
    assert written(session, prompt="so", template="", max_new_tokens=500)["tokens"].size <= language_models.HOLDS - 3
    seeds = [tuple(written(session, prompt="so", max_new_tokens=9, temperature=1.5, seed=seed)["tokens"][0]) for seed in (1, 1, 2)]
    assert seeds[0] == seeds[1] != seeds[2]


def test_each_step_goes_on_from_what_was_kept(session):
    """The whole text anew for each token gives the same tokens."""
    found = written(session, prompt="so", template="", max_new_tokens=9)["tokens"][0].tolist()
    graph, ids = runner.strict_session(language_models.successors().SerializeToString()), session.tokens("so", "", [])
    past = {f"past_key_values.0.{part}": np.zeros((1, 1, 0, 1), np.float32) for part in ("key", "value")}
    for token in found:
        row = np.array([ids])
        [logits] = graph.run(["logits"], {"input_ids": row, "attention_mask": np.ones_like(row)} | past)
        assert int(logits[0, -1].argmax()) == token
        ids.append(token)


CHAT = "{% for message in messages %}{{ message.role[0] }}:{{ message.content }};{% endfor %}"


def test_a_conversation_is_read_whole_or_without_its_oldest_turns(session):
    turns = [("one", "1"), ("two", "2"), ("three", "3")]
    assert session.tokenizer.decode(session.tokens("four", CHAT, turns)) == "u:one;a:1;u:two;a:2;u:three;a:3;u:four;"
    assert session.tokenizer.decode(session.tokens("four", "", turns[:1])) == "one\n1\nfour"
    for most, left_out in ((1, 0), (25, 0), (26, 1), (500, 1)):  # 39 tokens of the 64, 29 without a turn; half of them is kept free at most
        found = written(session, prompt="four", template=CHAT, history=json.dumps(turns), max_new_tokens=most)
        fewer = written(session, prompt="four", template=CHAT, history=json.dumps(turns[left_out:]), max_new_tokens=most)
        assert found["context"][0, 2] == left_out, most
        assert found["tokens"].tolist() == fewer["tokens"].tolist()
    with pytest.raises(runner.NativeError, match="it has no messages, so it would leave out the conversation"):
        written(session, prompt="four", template="{{ prompt }}", history=json.dumps(turns))


def test_a_long_text_is_cut_at_the_ends_of_its_sentences():
    def cut(text: str, most: int) -> list[str]:
        return text_parts(text, lambda part: len(part) <= most)

    text = 'It rained. Then it stopped, at 3.5 degrees! "Why?" she asked. No one knew…'
    assert cut(text, 100) == [text]
    assert cut(text, 44) == ["It rained. Then it stopped, at 3.5 degrees!", '"Why?" she asked. No one knew…']
    assert cut("雨だ。止んだ！なぜ？", 4) == ["雨だ。", "止んだ！", "なぜ？"]
    assert cut("one two three\nfour", 8) == ["one two", "three", "four"]
    assert cut("🏔️abc " * 2, 3) == ["🏔️a", "bc", "🏔️a", "bc"]
    assert cut("ab", 0) == ["a", "b"] and cut(" \n ", 5) == []


def test_a_long_text_is_read_in_parts_and_then_what_was_written_of_these(session):
    text = "".join(f"This is sentence number {number}. " for number in range(9))
    found = written(session, prompt=text, template="{{ prompt }}", max_new_tokens=2, in_parts=True)
    texts = text_parts(text, lambda part: len(part) + 2 <= language_models.HOLDS)
    assert len(texts) == 5 and found["context"][0, 3:].tolist() == [5, 5]
    lines = [written(session, prompt=part, template="{{ prompt }}", max_new_tokens=2)["text"][0] for part in texts]
    joined = written(session, prompt="\n".join(lines), template="{{ prompt }}", max_new_tokens=2)
    assert found["text"][0] == joined["text"][0] and found["tokens"].tolist() == joined["tokens"].tolist()
    # What is written may be as long as what was read: then it stays as it is.
    long = written(session, prompt=text, template="{{ prompt }}", max_new_tokens=500, in_parts=True)
    assert long["context"][0, 4] > 5 and long["text"][0].count("\n") >= long["context"][0, 4] - 1
    short = [written(session, prompt="so", template="", max_new_tokens=5, in_parts=many) for many in (True, False)]
    assert short[0]["tokens"].tolist() == short[1]["tokens"].tolist() and short[0]["context"].tolist() == short[1]["context"].tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prompt": "so", "template": "{{ prompt "}, "The template of the prompt does not render: unexpected end of template"),
        ({"prompt": "so", "template": "{{ prompt + 1 }}"}, "The template of the prompt does not render: can only concatenate str"),
        ({"prompt": "so" * 40, "template": ""}, "The prompt has 81 tokens, and the model holds 64."),
        ({"prompt": "so", "template": "{# nothing #}"}, "The prompt is empty."),
    ],
)
def test_what_nothing_can_be_written_from(session, given, said):
    with pytest.raises(runner.NativeError) as failed:
        written(session, **given)
    assert str(failed.value).startswith(said)


def without(name: str) -> onnx.ModelProto:
    model = language_models.successors()
    for side in (model.graph.input, model.graph.output):
        kept = [info for info in side if not info.name.startswith(name)]
        del side[:]
        side.extend(kept)
    return model


def as_half() -> onnx.ModelProto:
    """A graph that keeps float16."""
    model = language_models.successors()
    for info in model.graph.input[2:]:
        info.type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    return model


FAULTS = {
    "no folder": (language_models.successors, {"config.json": None}, "has no config.json: it must have the layout of Transformers.js"),
    "no tokenizer": (language_models.successors, {"tokenizer.json": None}, "has no tokenizer.json: it must have the layout of Transformers.js"),
    "no JSON": (language_models.successors, {"config.json": b"<!doctype html>"}, "config.json of the model's folder is no JSON object"),
    "no cache": (lambda: without("past_key_values"), {}, "it keeps nothing of the tokens before"),
    "no scores": (lambda: without("logits"), {}, 'it has no output "logits"'),
    "float16": (as_half, {}, '"past_key_values.0.key" is a tensor of float16, but pages keep float32'),
    "no language model": (models.linear, {}, 'it has no input "input_ids": it must have the layout of Transformers.js'),
}


def test_a_template_strips_what_it_does_in_the_page():
    text, found = "\ufeff\u3000 so \x85\ufeff", "so \x85"
    everywhere = "{{ prompt | trim }}|{{ prompt.strip() }}|{{ messages[0].content.lstrip() }}|{{ prompt.rstrip() }}|{{ prompt.strip('o') }}"
    assert template.prompt_of(text, everywhere, {}, []) == f"{found}|{found}|{found}\ufeff|\ufeff\u3000 {found}|{text}"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_that_is_no_language_model_gets_a_sentence(tmp_path, fault):
    model, files, said = FAULTS[fault]
    root = models.project(tmp_path, model(), language_models.METADATA)
    for name, content in (language_models.FILES | files).items():
        if content is not None:
            (root / name).write_bytes(content)
    with pytest.raises(UserError) as refused:
        check.check(root)
    assert said in str(refused.value)


def test_the_fields_are_those_of_the_engine(tmp_path):
    metadata = language_models.METADATA.replace("  seed:", "  sead:").replace("tokens: tokens", "tokens: token")
    root = models.project(tmp_path, language_models.successors(), metadata)
    for name, content in language_models.FILES.items():
        (root / name).write_bytes(content)
    with pytest.raises(UserError) as refused:
        check.check(root)
    assert 'the model has no input "sead"' in str(refused.value) and 'has no output "token". Did you mean "tokens"?' in str(refused.value)
    root = models.project(tmp_path, language_models.successors(), language_models.METADATA)
    _, _, signature, _ = check.check(root)
    assert list(signature.inputs) == ["prompt", "template", "max_new_tokens", "temperature", "top_k", "seed"]
    assert json.loads(language_models.FILES["config.json"])["max_position_embeddings"] == language_models.HOLDS


def test_webgpu_writes_no_words(tmp_path):
    metadata = language_models.METADATA.replace("{engine: transformers}", "{engine: transformers, runtime: webgpu}")
    models.project(tmp_path, language_models.successors(), metadata)
    with pytest.raises(UserError, match="the engine transformers computes in WebAssembly, where each token is native's: leave out runtime"):
        check.check(tmp_path)
