"""A tiny Llama without training, in a GGUF file: what comes next is a matter of chance, which was drawn once."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import gguf
import numpy as np
from gguf.quants import quantize

import language_models
from mlweb.engines import gguf_file, llama

BEGIN, END = language_models.BEGIN, language_models.END
# Pairs that become one token, the first ones first: of letters, of a space and a word, of white space, digits, and of bytes of one character (Ã© is é).
MERGES = ["t h", "th e", "i n", "Ġ the", "Ġ in", "Ġ Ġ", "Ċ Ċ", "1 2", "Ã ©", "ð Ł", "ðŁ ĳ", "â Ģ", "ä ¸", "' s"]
HOLDS, WIDTH, WIDE, LAYERS, HEADS = language_models.HOLDS, 32, 64, 2, 2
METADATA = language_models.METADATA.replace("{engine: transformers}", "{file: model/model.gguf, engine: llama}")
FULL, FEW = gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.Q8_0
TOKENS = [BEGIN, END, *language_models.ALPHABET, *(pair.replace(" ", "") for pair in MERGES)]


@cache
def model(holds: int = HOLDS, kind: gguf.GGMLQuantizationType = FULL, kinds: tuple[tuple[str, gguf.GGMLQuantizationType], ...] = ()) -> bytes:
    """Each byte is a token, and some pairs are; `<s>` stands in front of a text. holds: how many tokens it does; kind: of the numbers of its weights; kinds:
    of those of some tensors.
    """
    random = np.random.default_rng(1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_context_length(holds)
        writer.add_embedding_length(WIDTH)
        writer.add_block_count(LAYERS)
        writer.add_feed_forward_length(WIDE)
        writer.add_head_count(HEADS)
        writer.add_rope_dimension_count(WIDTH // HEADS)
        writer.add_layer_norm_rms_eps(1e-5)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_list(TOKENS)
        writer.add_token_types([gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.NORMAL] * (len(TOKENS) - 2))
        writer.add_token_merges(MERGES)
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(1)
        writer.add_add_bos_token(True)
        for name, shape in shapes().items():
            weights = np.ones(shape) if "norm" in name else random.normal(0, 1 if name.startswith("token") else 0.4, shape)
            one = FULL if "norm" in name else dict(kinds).get(name, kind)
            writer.add_tensor(name, quantize(weights.astype(np.float32), one), raw_dtype=one)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path.read_bytes()


def of_few_bits() -> bytes:
    """The same with weights of 8 bits: llama.cpp rounds what it multiplies them with."""
    return model(kind=FEW)


def session(holds: int = HOLDS, kind: gguf.GGMLQuantizationType = FULL) -> llama.LlamaModel:
    """A native session of it."""
    data = model(holds, kind)
    return llama.session(data, {llama.ABOUT: llama.about(gguf_file.read(data))}, 1)


def shapes() -> dict[str, tuple[int, ...]]:
    """Of each tensor, as llama.cpp calls them."""
    found: dict[str, tuple[int, ...]] = {f"{name}.weight": (len(TOKENS), WIDTH) for name in ("token_embd", "output")} | {"output_norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        sides = {"attn_norm": (WIDTH,), "ffn_norm": (WIDTH,), "ffn_gate": (WIDE, WIDTH), "ffn_up": (WIDE, WIDTH), "ffn_down": (WIDTH, WIDE)}
        sides |= dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_output"), (WIDTH, WIDTH))
        found |= {f"blk.{layer}.{name}.weight": shape for name, shape in sides.items()}
    return found
