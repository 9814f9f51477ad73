"""The trained network as a GGUF file, which llama.cpp runs: the same numbers and the same tokens in another container."""

import json
from pathlib import Path

import gguf
import numpy as np
from notebooks.llama import Llama
from tokenizers import Tokenizer

# The weights of a layer, as our network calls them -> as llama.cpp does.
LAYER = {
    "before": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "out": "attn_output",
    "between": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def write_gguf(network: Llama, tokenizer: Tokenizer, special: dict[str, str], path: Path) -> None:
    """Write the network and its tokenizer into one file. special: the tokens that are no text, as `bos`, `eos` and `pad`."""
    config = network.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    add_tokenizer(writer, tokenizer, special)
    for name, weights in network.state_dict().items():
        writer.add_tensor(*as_llama_has_it(name, weights.numpy(), config["num_attention_heads"]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer, special: dict[str, str]) -> None:
    """Byte-pair encoding as GPT-2 has it: its tokens, and which pairs become one, the first ones first."""
    tokens = [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())]
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if token in special.values() else gguf.TokenType.NORMAL for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(tokens.index(special["bos"]))
    writer.add_eos_token_id(tokens.index(special["eos"]))
    writer.add_pad_token_id(tokens.index(special["pad"]))
    writer.add_add_bos_token(True)


def as_llama_has_it(name: str, weights: np.ndarray, heads: int) -> tuple[str, np.ndarray]:
    """A tensor by the name that llama.cpp knows. It turns neighbours of a query or key together, where ours turns halves: so their rows change places."""
    if name == "words.weight":
        return "token_embd.weight", weights
    if name == "norm.weight":
        return "output_norm.weight", weights
    _, layer, part, _ = name.split(".")
    if part in ("query", "key"):
        weights = weights.reshape(heads, 2, -1, weights.shape[1]).swapaxes(1, 2).reshape(weights.shape)
    return f"blk.{layer}.{LAYER[part]}.weight", np.ascontiguousarray(weights)
