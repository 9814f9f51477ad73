"""A language model without training, in the layout of Transformers.js: what comes next depends on the last token and on how many there were."""

import json
import re
from pathlib import Path
from random import Random

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx.numpy_helper import from_array
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from mlweb import runner
from mlweb.engines.table import ENGINES

BEGIN, END = "<s>", "</s>"
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
SIZE, HOLDS = 2 + len(ALPHABET), 64  # tokens: of the vocabulary, and that the model holds

METADATA = """schema: 1
name: Bytes
task: generation
model: {engine: transformers}
inputs:
  prompt: {kind: text, default: so}
  template: {kind: text, code: true, missing: empty, default: "{{ bos_token }}{{ prompt }}!"}
  max_new_tokens: {kind: integer, min: 1, max: 1000, default: 12}
  temperature: {kind: number, min: 0, max: 2, default: 0}
  top_k: {kind: integer, min: 0, max: 50, default: 0}
  seed: {kind: integer, min: 0, max: 4294967296, default: 3}
outputs:
  text: {kind: text, label: It writes, tokens: tokens, context: context}
"""

CHAT_METADATA = METADATA.replace("  template:", "  history: {kind: conversation, label: So far}\n  template:").replace(
    '"{{ bos_token }}{{ prompt }}!"', '"{% for message in messages %}{{ message.content }};{% endfor %}"'
)


def successors() -> onnx.ModelProto:
    """input_ids, attention_mask int64 and one layer's keys and values of one number -> logits: a table's row for the last token, and a little more for
    each token that was kept, so that a lost cache is seen."""
    random = np.random.default_rng(0)
    table = random.normal(0, 2, (SIZE, SIZE)).astype(np.float32)
    table[:, :2] -= 8  # it seldom ends
    drift = random.normal(0, 0.04, (1, 1, SIZE)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["input_ids"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["floats", "axes"], ["new"]),
        helper.make_node("Concat", ["past_key_values.0.key", "new"], ["present.0.key"], axis=2),
        helper.make_node("Concat", ["past_key_values.0.value", "new"], ["present.0.value"], axis=2),
        helper.make_node("ReduceMean", ["present.0.key", "all"], ["mean"], keepdims=0),
        helper.make_node("ReduceSum", ["attention_mask"], ["count"], keepdims=0),
        helper.make_node("Cast", ["count"], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["mean", "counted"], ["known"]),
        helper.make_node("Mul", ["drift", "known"], ["drifted"]),
        helper.make_node("Add", ["rows", "drifted"], ["logits"]),
    ]
    constants = [from_array(table, "table"), from_array(drift, "drift"), from_array(np.array([1, 3]), "axes"), from_array(np.array([0, 1, 2, 3]), "all")]
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch_size", length]) for name, length in (("input_ids", "T"), ("attention_mask", "all"))]
    kept = [f"{{}}.0.{part}" for part in ("key", "value")]
    past = [helper.make_tensor_value_info(name.format("past_key_values"), TensorProto.FLOAT, ["batch_size", 1, "past", 1]) for name in kept]
    present = [helper.make_tensor_value_info(name.format("present"), TensorProto.FLOAT, ["batch_size", 1, "both", 1]) for name in kept]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch_size", "T", SIZE])
    graph = helper.make_graph(nodes, "successors", [*ids, *past], [logits, *present], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def tokenizer() -> bytes:
    """Each byte is a token, `<s>` stands in front of a text."""
    vocabulary = {BEGIN: 0, END: 1} | {letter: index + 2 for index, letter in enumerate(ALPHABET)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.add_special_tokens([BEGIN, END])
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    made.post_processor = processors.TemplateProcessing(single=f"{BEGIN} $A", special_tokens=[(BEGIN, 0)])
    return made.to_str().encode()


CONFIG = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": SIZE, "hidden_size": 1, "num_hidden_layers": 1}
CONFIG |= {"num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 1, "max_position_embeddings": HOLDS, "eos_token_id": 1, "bos_token_id": 0}
TOKENS = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": BEGIN, "eos_token": END, "clean_up_tokenization_spaces": False, "add_bos_token": True}
FILES = {"config.json": json.dumps(CONFIG).encode(), "tokenizer.json": tokenizer(), "tokenizer_config.json": json.dumps(TOKENS).encode()}

PROMPTS = ["so", "", "Déjà vu: 東京 👩‍🔬", "<s></s>", "\n\t ", "a\0b", "\ud800 alone", "e\u0301te\u0301 \u200d"]
CHAT = "{% for message in messages %}\n{{ message['role'] }}: {{ message['content'] | trim }}\n{% endfor %}\nmodel:"
SHORT_CHAT = "{{ bos_token }}{% for message in messages %}{{ message.content }};{% endfor %}"
CONVERSATIONS = [
    [["so", "yes"], ["why?", "no"]],
    [["Déjà vu", "東京"]],
    [["👩‍🔬", ""], ["a", "b"]],
    [["one", "1"], ["two", "2"], ["three", "3"]],
    [["<s>", "</s>"], ["{{ x }}", "\n\t"]],
    [["long " * 20, "gone"], ["kept", "it is"]],
    [["\ud800", "e\u0301"]],
    [[str(number), str(number)] for number in range(30)],
    [],
]
LONG = [
    "This is one sentence. " * 6,
    "東京は雨だ。止んだ！" * 4,
    "no end at all of this text " * 5,
    "unbroken" * 15,
    "Line\nby\nline\u2028and\u00a0on… «so?» " * 3,
    " ",
]
# What a text of chance is made of: words, scripts, marks that join a letter; emoji and what joins them; white space and control characters; tokens
# that are written out, and what looks like them.
PIECES = ["the", " the", "in", "'s", "don't", "12", "345", "é", "e\u0301", "n\u0303\u0323", "東京", "。", "привет", "שלום", "مرحبا", "हिन्दी", "한국", "ไทย"]
PIECES += ["👩‍🔬", "👨‍👩‍👧", "👍🏽", "🇫🇷", "☺\ufe0f", "\u200d", "\u200b", "\ufeff", "\u202e", "\ufffd", "\U0010ffff"]
PIECES += ["…", "“", "—", "#", "_", "A", "Ａ", "ß", "İ", "ﬁ"]
PIECES += [" ", "  ", "\u00a0", "\t", "\n", "\n\n", "\r\n", "\0", "\x1b", "\x1f", "\x7f", "\x85"]
PIECES += ["<s>", "</s>", " <s> ", "<", "/s>", "<|im_end|>", "{{ prompt }}"]
DTYPES = {"prompt": object, "template": object, "temperature": np.float32, "history": object, "in_parts": bool}
# What a page writes from rows, given as JSON: texts, tokens, and how they came about.
RUN = """async (given) => {
  const app = new URL('../', document.querySelector('script[type=module]').src);
  const load = (path) => import(new URL(path, app));
  const { Client } = await load('runtime/client.js');
  const address = new URL('manifest.json', app).href;
  const client = new Client(await (await fetch(address)).json(), address);
  const dtypes = { prompt: 'string', template: 'string', history: 'string', in_parts: 'bool', temperature: 'float32' };
  const make = { string: (value) => [value], float32: (value) => Float32Array.of(value), int64: (value) => BigInt64Array.of(BigInt(value)),
    bool: (value) => Uint8Array.of(value) };
  const tensor = (dtype, value) => ({ dtype, dims: [1], data: make[dtype](value) });
  const found = [];
  for (const row of JSON.parse(given)) {
    const feeds = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, tensor(dtypes[name] ?? 'int64', value)]));
    const { outputs } = await client.run(feeds);
    found.push([outputs.text.data[0], Array.from(outputs.tokens.data, Number), Array.from(outputs.context.data, Number)]);
  }
  client.close();
  return found;
}"""


# In the worker, what writes from the tokens of a prompt; and what tells these in place of writing.
WRITES, TELLS = "  await writer.write(ids, {", "  found.push(...ids);\n  if (ids) return now();\n"


def prompts(count: int) -> list[dict]:
    """Texts of chance, read as they are and through a template."""
    random = Random(0)
    texts = ["".join(random.choices(PIECES, k=random.randint(1, 7))) for _ in range(count)]
    return [{"prompt": text, "template": ("", "{{ prompt }}", CHAT)[at % 3]} for at, text in enumerate(texts)]


def slow(folder: Path, ms: int) -> None:
    """Let each token of a built site take so long; 0 for no longer than it does."""
    [script] = folder.glob("app-*/runtime/engines/transformers.js")
    text = re.sub(
        r"    await breath\(\);.*", f"    await breath(); await new Promise((done) => setTimeout(done, {ms}));", script.read_text(encoding="utf-8"), count=1
    )
    assert f"done, {ms}" in text
    script.write_text(text, encoding="utf-8")


def rows() -> list[dict]:
    """Prompts of every script, with and without a template, conversations and long texts, the likeliest tokens and drawn ones."""
    plain = {"max_new_tokens": 20, "temperature": 0.0, "top_k": 0, "seed": 0}
    made = [{**plain, "prompt": prompt, "template": "{{ bos_token }}{{ prompt }}{% if add_generation_prompt %}?{% endif %}"} for prompt in PROMPTS]
    made += [{**plain, "prompt": prompt, "template": ""} for prompt in PROMPTS if prompt]
    made += [{**plain, "prompt": "so", "template": CHAT}]
    for turns in CONVERSATIONS:
        made += [{**plain, "prompt": "so?", "history": json.dumps(turns), "template": template, "max_new_tokens": 9} for template in (SHORT_CHAT, "")]
    for most in (1, 2, 20):
        made += [{**plain, "prompt": text, "template": "{{ prompt }}:", "in_parts": True, "max_new_tokens": most} for text in LONG]
    draws = [(0.7, 0), (1.3, 5), (2.0, 50)]
    return made + [{**plain, "prompt": "so", "temperature": draws[seed % 3][0], "top_k": draws[seed % 3][1], "seed": seed * 2**29} for seed in range(10)]


def expected(given: list[dict], session: runner.Session | None = None) -> list[list]:
    """What Python writes from rows by a session, of this model if none is given: as RUN tells it."""
    session, found = session or ENGINES["transformers"].session(successors().SerializeToString(), FILES), []
    for row in given:
        feeds = {name: np.array([value], DTYPES.get(name, np.int64)) for name, value in row.items()}
        outputs = runner.compute(session, ["text", "tokens", "context"], feeds)
        found.append([outputs["text"][0], outputs["tokens"][0].tolist(), outputs["context"][0].tolist()])
    return found
