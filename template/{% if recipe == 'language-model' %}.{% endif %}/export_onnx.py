"""Language model -> the folder model/ in the layout of Transformers.js, or a GGUF file where metadata.yml names one, with the proof that the page writes
what PyTorch writes, token by token.

Reads what notebooks/train.ipynb left in model/, or what `poe fetch-model` has put there. The network is in notebooks/llama.py; everything that every
model needs (checks, golden cases, facts, level-1 parity) is in mlweb/proof/export.py.
"""

import json
import logging
import sys
import warnings
from pathlib import Path
from random import Random

import joblib
import numpy as np
import onnx
import torch
from jinja2 import Environment
from notebooks.llama import CONFIG, Llama
from tokenizers import Tokenizer

from mlweb import UserError, export, export_fetched, model_file, next_token, run, text_parts

TRAINED, FOLDER = Path("model/trained.joblib"), Path("model")
PADDING, BEGIN, END = "<pad>", "<s>", "</s>"
PAST = ("past_key_values.{}.key", "past_key_values.{}.value")
DTYPES = {"prompt": object, "template": object, "max_new_tokens": np.int64, "temperature": np.float32, "top_k": np.int64, "seed": np.int64}
DTYPES |= {"history": object, "in_parts": bool}


def to_onnx(network: Llama) -> onnx.ModelProto:
    """The graph as Transformers.js takes it: tokens int64 [batch_size, sequence_length] and what was kept of those before, in."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # which tells of optional packages that are not there
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, about itself
    config = network.config
    inputs = [name.format(layer) for layer in range(config["num_hidden_layers"]) for name in PAST]
    outputs = [name.replace("past_key_values", "present") for name in inputs]
    sides = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "attention_mask": {0: "batch_size", 1: "total_sequence_length"}}
    sides |= {"position_ids": sides["input_ids"]} | {name: {0: "batch_size", 2: "past_sequence_length"} for name in inputs}
    kept = [torch.zeros(2, config["num_key_value_heads"], 4, config["head_dim"]) for _ in inputs]  # each its own: two that are one would be one input
    feeds = (torch.ones(2, 3, dtype=torch.long), torch.ones(2, 7, dtype=torch.long), torch.arange(4, 7).expand(2, 3), *kept)
    shapes = (tuple(dict.fromkeys(axes, torch.export.Dim.DYNAMIC) for axes in sides.values()),)  # forward takes *past
    named = {"input_names": list(sides), "output_names": ["logits", *outputs], "dynamic_shapes": shapes}
    program = torch.onnx.export(Star(network).eval(), feeds, dynamo=True, verbose=False, opset_version=20, **named)
    model = program.model_proto
    known = {}  # PyTorch's names of dims -> those by which Transformers.js knows them
    for info in model.graph.input:
        for axis, dim in enumerate(info.type.tensor_type.shape.dim):
            if name := sides[info.name].get(axis):
                known.setdefault(dim.dim_param, name)
                dim.dim_param = name
    for info in model.graph.output:
        for dim in info.type.tensor_type.shape.dim:
            if dim.dim_param:
                dim.dim_param = known.get(dim.dim_param, dim.dim_param.replace(" ", ""))
    del model.graph.value_info[:]
    return model


class Star(torch.nn.Module):
    """The network as an export takes it: all that goes in, in one row."""

    def __init__(self, network: Llama):
        super().__init__()
        self.network = network

    def forward(self, *feeds: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.network(*feeds)


def write_folder(config: dict, tokenizer: Tokenizer) -> None:
    """What lies beside the graph."""
    begin, end, padding = (tokenizer.token_to_id(token) for token in (BEGIN, END, PADDING))
    ids = {"bos_token_id": begin, "eos_token_id": end, "pad_token_id": padding}
    tokens = {"bos_token": BEGIN, "eos_token": END, "pad_token": PADDING, "unk_token": None}
    how = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, "add_bos_token": True}
    files = {"config": config | ids, "generation_config": ids, "tokenizer_config": how | tokens | {"model_max_length": config["max_position_embeddings"]}}
    for name, content in files.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


@torch.no_grad()
def written(network: Llama, tokenizer: Tokenizer, row: dict) -> dict[str, np.ndarray]:
    """What the network writes from a row, by PyTorch alone: the whole text anew for each token, nothing kept of the last."""
    size, turns, omitted = network.config["max_position_embeddings"], json.loads(row["history"] or "[]"), 0
    template = Environment(trim_blocks=True, lstrip_blocks=True).from_string(row["template"])

    def tokens(prompt: str, turns: list[list[str]]) -> list[int]:
        said = [text for turn in turns for text in turn] + [prompt]
        messages = [{"role": "assistant" if at % 2 else "user", "content": text} for at, text in enumerate(said)]
        text = template.render(messages=messages, prompt=prompt, bos_token=BEGIN) if row["template"] else "\n".join(said)
        return tokenizer.encode(text, add_special_tokens=not row["template"]).ids

    room = min(row["max_new_tokens"], size // 2)  # which is kept free for the answer
    texts = text_parts(row["prompt"], lambda text: len(tokens(text, [])) + room <= size) if row["in_parts"] else []
    if len(texts) > 1:
        lines = [written(network, tokenizer, row | {"prompt": text, "in_parts": False}) for text in texts]
        joined = written(network, tokenizer, row | {"prompt": "\n".join(line["text"][0] for line in lines)})
        context = [*joined["context"][0, :3], len(texts), len(texts)]
        return joined | {"context": np.array([context], np.int64)}
    text = texts[0] if texts else row["prompt"]
    while len(prompt := tokens(text, turns[omitted:])) + room > size and omitted < len(turns):
        omitted += 1
    found, random = [], Random(row["seed"])
    while not found or (found[-1] != tokenizer.token_to_id(END) and len(found) < min(row["max_new_tokens"], size - len(prompt))):
        scores = network.scores(torch.tensor([prompt + found]))[0, -1].numpy()
        found.append(next_token(scores, row["temperature"], row["top_k"], random))
    outputs = {"tokens": [found], "context": [[len(prompt), size, omitted, 1, 1]]}
    return {"text": np.array([tokenizer.decode(found)], object)} | {name: np.array(each, np.int64) for name, each in outputs.items()}


def main() -> None:
    if (FOLDER / "source.json").is_file():
        export_fetched()
        return
    if not TRAINED.is_file():
        raise UserError(f"{TRAINED} is missing: train first, with: uv run poe train")
    torch.set_num_threads(1)
    trained, tokenizer = joblib.load(TRAINED), Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    network = Llama(CONFIG | {"vocab_size": tokenizer.get_vocab_size()}).eval()
    network.load_state_dict(trained["weights"])
    rows = trained["rows"]
    if (file := model_file()).suffix == ".gguf":
        from notebooks.gguf_file import write_gguf  # only this needs the package gguf

        write_gguf(network, tokenizer, {"bos": BEGIN, "eos": END, "pad": PADDING}, file)
        model, graph = file, []
    else:
        write_folder(network.config, tokenizer)
        model, graph = to_onnx(network), [scored(network, tokenizer.encode(row["prompt"]).ids) for row in rows]
    expected = [written(network, tokenizer, row) for row in rows]
    export(
        model=model,
        feeds={name: [np.array([row[name]], dtype) for row in rows] for name, dtype in DTYPES.items()},
        expected={name: [each[name] for each in expected] for name in expected[0]},
        train={},
        rows=rows,
        about=trained["about"],
        packages=("torch", "tokenizers", "jinja2"),
        reference="estimator",
        graph=graph,
    )


@torch.no_grad()
def scored(network: Llama, ids: list[int]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What the graph is fed of some tokens, and the scores that PyTorch computes for them."""
    row = np.array([ids])
    names = [name.format(layer) for layer in range(network.config["num_hidden_layers"]) for name in PAST]
    past = {name: each.numpy() for name, each in zip(names, network.nothing(), strict=True)}
    feeds = {"input_ids": row, "attention_mask": np.ones_like(row), "position_ids": np.arange(len(ids))[None]} | past
    return feeds, {"logits": network.scores(torch.from_numpy(row)).numpy()}


if __name__ == "__main__":
    sys.exit(run(main))
