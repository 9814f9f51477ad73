"""A language model in a GGUF file, as llama.cpp runs it: here by the package xllamacpp, in the page by wllama, which is llama.cpp in WebAssembly.

What is asked of the file alone, such as how it begins a text, goes to the page as gguf.json: so both sides know the same of it. Twin of
web/runtime/engines/llama.js.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from mlweb import runner
from mlweb.codec.kinds.conversation import Turns
from mlweb.codec.tokenize import whole
from mlweb.engines import gguf_file
from mlweb.engines.gguf_file import Gguf
from mlweb.engines.template import SPECIAL, prompt_of
from mlweb.engines.writer import Writer
from mlweb.errors import UserError, first_line

PACKAGE = "xllamacpp==2026.10.11549"
ABOUT = "gguf.json"
MOST_TOKENS = 2048  # that a page holds: the memory of the tokens before is taken when it starts
CONTROL = 3  # the type of a token that is no text
# By how many nats two tokens lay further apart in a page than here, at most, at 160 places behind the same tokens: of Gemma 3 270M in Q4_K_M. What llama.cpp
# multiplies weights of few bits with it rounds to 8 bits, so that another order of sums, which each build and processor has, moves all scores.
TIE = 0.75
# Tokens by which models end an answer, beside that which the header names as the end of a text.
ENDS = {"<end_of_turn>", "<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>"}


def problems(model: Gguf) -> Iterator[str]:
    """Why a GGUF file can't go on with a text; nothing when it can."""
    if model.metadata.get("general.architecture") in (None, "clip"):
        yield "it holds no language model: such as the part of a model that sees pictures."
    elif not model.of_tokenizer("tokens"):
        yield "it has no tokenizer, so no text can be given to it: convert the model again, together with its tokenizer."
    elif model.metadata.get("split.count", 1) > 1:
        yield f"it is one of {model.metadata['split.count']} parts: join them with: llama-gguf-split --merge"


def tie(model: Gguf) -> float:
    """By how many nats two tokens may lie apart, and either be right: 0 unless the model multiplies with weights of few bits."""
    looked_up = {"token_embd.weight"} if "output.weight" in model.types else set()  # without one of its own, the output is multiplied with them, too
    return TIE if {kind for name, kind in model.types.items() if name not in looked_up} - gguf_file.FULL else 0.0


def about(model: Gguf) -> bytes:
    """gguf.json: how many tokens the page holds, and what it must know of some of them."""
    tokens, types = model.of_tokenizer("tokens"), model.of_tokenizer("token_type", [])
    named = {"bos": "bos_token", "eos": "eos_token", "unknown": "unk_token", "padding": "pad_token"}
    ids = {ours: model.of_tokenizer(f"{theirs}_token_id") for theirs, ours in named.items()}
    special = {name: tokens[at] for name in SPECIAL if (at := ids.get(name)) is not None and at < len(tokens)}
    control = [at for at, kind in enumerate(types) if kind == CONTROL]
    ends = {ids["eos_token"], model.of_tokenizer("eot_token_id")} - {None} | {at for at in control if tokens[at] in ENDS}
    begins = model.of_tokenizer("add_bos_token", model.of_tokenizer("model") == "llama") and "bos_token" in special
    found = {
        "size": min(model.of_model("context_length") or MOST_TOKENS, MOST_TOKENS),
        "vocabulary": len(tokens),
        "begin": [ids["bos_token"]] if begins else [],
        "ends": sorted(ends),
        "control": control,
        "special": special,
        "template": model.metadata.get("tokenizer.chat_template", ""),
    }
    return json.dumps(found, ensure_ascii=False).encode()


class LlamaModel(Writer):
    """A session whose run writes a whole text by llama.cpp."""

    package = "xllamacpp"

    def __init__(self, data: bytes, beside: dict[str, bytes], threads: int = 1):
        """beside: gguf.json. Raises UserError where xllamacpp is not installed, NativeError where llama.cpp refuses the file."""
        self.about = json.loads(beside[ABOUT])
        self.size, self.ends = self.about["size"], set(self.about["ends"])
        self.pieces: dict[int, bytes] = {}  # of the tokens that were written
        super().__init__(data, threads)

    def open(self) -> None:
        self.start("llama", self.data, self.size, self.threads)

    def ask(self, path: str, **given: Any) -> Any:
        return self.asked("llama_ask", path, given)

    def tokens(self, prompt: str, template: str | None, turns: Turns) -> list[int]:
        template = self.about["template"] if template is None else template
        text = whole(prompt_of(prompt, template, self.about["special"], turns))
        found = self.ask("/tokenize", content=text, add_special=False, parse_special=True)["tokens"] if text else []
        return found if template else [*self.about["begin"], *found]

    def text(self, tokens: list[int]) -> str:
        hidden = {*self.about["ends"], *self.about["control"]}
        return b"".join(self.pieces[token] for token in tokens if token not in hidden).decode("utf-8", "replace")

    def scores(self, prompt: list[int], found: list[int], likeliest: int) -> Iterator[np.ndarray]:
        # A token that ends is wanted of llama.cpp, for it tells no scores where the next one is but a part of a character.
        # And a prompt is read anew, so that the same one gives the same text whatever was written before.
        wanted = [[min(self.about["ends"], default=0), 1e6]]
        while True:
            given = {"n_predict": 1, "temperature": 0, "cache_prompt": bool(found), "n_probs": likeliest or self.about["vocabulary"], "logit_bias": wanted}
            [step] = self.ask("/completion", prompt=[*prompt, *found], **given)["completion_probabilities"]
            scores = np.full(self.about["vocabulary"], -np.inf, np.float32)
            for each in step["top_logprobs"]:
                scores[each["id"]] = -np.inf if each["logprob"] is None else each["logprob"]
                self.pieces[each["id"]] = bytes(each["bytes"])
            yield scores


def session(data: bytes, beside: dict[str, bytes], threads: int) -> LlamaModel:
    """A native session; raises UserError where llama.cpp refuses the model, or is not there."""
    try:
        return LlamaModel(data, beside, threads)
    except runner.NativeError as error:
        if "No module named" in str(error):
            raise UserError(f"A GGUF file can't be run here without the package xllamacpp: add it with: uv add {PACKAGE}") from None
        architecture = gguf_file.read(data).metadata["general.architecture"]
        why = f"{first_line(error).rstrip('.')}. Its architecture {architecture} may be newer than {PACKAGE}, or the file is damaged."
        raise UserError(f"llama.cpp refuses the model: {why}") from None
