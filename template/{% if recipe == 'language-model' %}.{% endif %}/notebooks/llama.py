"""A small Llama, as its papers and Hugging Face's transformers have it: RMSNorm, rotary positions, SwiGLU, a cache of keys and values."""

import torch
from torch import nn
from torch.nn import functional as F

# Names and values as in the config.json of a Llama of Hugging Face: the page's library reads this very file.
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 0,  # the tokenizer's
    "hidden_size": 64,
    "intermediate_size": 176,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "head_dim": 16,
    "max_position_embeddings": 256,  # tokens of a prompt and its continuation together
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "hidden_act": "silu",
    "tie_word_embeddings": True,
}


class Norm(nn.Module):
    """RMSNorm: each token's numbers divided by their quadratic mean."""

    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)


def rotated(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Queries or keys [N, heads, T, head_dim], turned by the angles of their positions."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class Layer(nn.Module):
    """Attention to the tokens before, then two layers for each token by itself."""

    def __init__(self, config: dict):
        super().__init__()
        width, wide, self.head = config["hidden_size"], config["intermediate_size"], config["head_dim"]
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.gate, self.up, self.down = nn.Linear(width, wide, bias=False), nn.Linear(width, wide, bias=False), nn.Linear(wide, width, bias=False)
        self.before, self.between = Norm(width, config["rms_norm_eps"]), Norm(width, config["rms_norm_eps"])

    def forward(self, x: torch.Tensor, hidden: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, past: tuple[torch.Tensor, torch.Tensor]) -> tuple:
        """x [N, T, width]; hidden [N, 1, T, past + T], minus infinity, nearly, where a token may not look; past: keys, values [N, heads, past, head_dim]."""
        normed = self.before(x)
        query, key, value = (part(normed).unflatten(2, (-1, self.head)).transpose(1, 2) for part in (self.query, self.key, self.value))
        keys, values = torch.cat((past[0], rotated(key, cos, sin)), 2), torch.cat((past[1], value), 2)
        weights = torch.softmax(rotated(query, cos, sin) @ keys.transpose(2, 3) / self.head**0.5 + hidden, -1)
        x = x + self.out((weights @ values).transpose(1, 2).flatten(2))
        normed = self.between(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed)), keys, values


class Llama(nn.Module):
    """Tokens, mask and positions int64 and what was kept of the tokens before -> scores of the next token [N, T, vocabulary], and what to keep."""

    def __init__(self, config: dict):
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config["vocab_size"], config["hidden_size"])
        nn.init.normal_(self.words.weight, std=0.05)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.norm = Norm(config["hidden_size"], config["rms_norm_eps"])
        self.register_buffer("turns", config["rope_theta"] ** (-torch.arange(0, config["head_dim"], 2) / config["head_dim"]), persistent=False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, position_ids: torch.Tensor, *past: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """input_ids and position_ids [N, T]; attention_mask [N, past + T]; past: keys and values of each layer in turn."""
        angles = position_ids[:, None, :, None].float() * self.turns
        cos, sin = (torch.cat((part, part), -1) for part in (angles.cos(), angles.sin()))
        length, total = input_ids.shape[1], attention_mask.shape[1]
        at = torch.arange(total - length, total)  # of these tokens among all
        seen = (torch.arange(total)[None, :] <= at[:, None])[None, None] & (attention_mask[:, None, None, :] > 0)
        hidden = torch.where(seen, 0.0, -1e9)
        x, kept = self.words(input_ids), []
        for index, layer in enumerate(self.layers):
            x, keys, values = layer(x, hidden, cos, sin, (past[2 * index], past[2 * index + 1]))
            kept += [keys, values]
        return self.norm(x) @ self.words.weight.T, *kept

    def nothing(self, rows: int = 1) -> list[torch.Tensor]:
        """What is kept before the first token."""
        return [torch.zeros(rows, self.config["num_key_value_heads"], 0, self.config["head_dim"])] * (2 * self.config["num_hidden_layers"])

    def scores(self, ids: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Scores of the next token behind each of whole texts [N, T], without anything kept: how it is trained, and what the proof compares with."""
        return self(ids, torch.ones_like(ids) if mask is None else mask, torch.arange(ids.shape[1]).expand(ids.shape), *self.nothing(len(ids)))[0]
