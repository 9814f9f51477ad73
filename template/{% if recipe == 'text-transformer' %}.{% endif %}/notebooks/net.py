"""The network, from the tokens of a text to the probability of each class: a small encoder as BERT is one, or a checkpoint of Hugging Face."""

import torch
from torch import nn
from torch.nn import functional as F

from mlweb import UserError

TRANSFORMERS = "transformers==5.23.0"  # the one that was tried with torch and tokenizers of pyproject.toml


class Layer(nn.Module):
    """Attention, in which every token looks at all others, then two layers for each token by itself."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.looks, self.seen = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(0.1)

    def forward(self, tokens: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """tokens [N, T, width]; hidden [N, 1, 1, T]: minus infinity, nearly, behind a shorter text, 0 elsewhere."""
        parts = self.looks(tokens).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # query, key and value [N, heads, T, width of a head]
        query, key, value = parts[0], parts[1], parts[2]
        weights = torch.softmax(query @ key.transpose(2, 3) / query.shape[-1] ** 0.5 + hidden, -1)
        tokens = self.first(tokens + self.dropout(self.seen((weights @ value).transpose(1, 2).flatten(2))))
        return self.second(tokens + self.dropout(self.narrow(F.gelu(self.wide(tokens)))))


class Encoder(nn.Module):
    """Tokens and mask int64 [N, T] -> scores [N, classes], of the first token, [CLS], after it has looked at all others."""

    width, heads, depth = 64, 4, 2
    longest = 128  # tokens: `max` in metadata.yml
    inputs = ("input_ids", "attention_mask")

    def __init__(self, vocabulary: int, classes: int):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, self.width), nn.Embedding(self.longest, self.width)
        self.norm, self.layers = nn.LayerNorm(self.width), nn.ModuleList(Layer(self.width, self.heads) for _ in range(self.depth))
        self.head = nn.Linear(self.width, classes)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.norm(self.words(input_ids) + self.places(torch.arange(input_ids.shape[1])))
        hidden = (1 - attention_mask[:, None, None, :].float()) * -1e9
        for layer in self.layers:
            tokens = layer(tokens, hidden)
        return self.head(tokens[:, 0])


class Checkpoint(nn.Module):
    """A classifier of texts from the Hugging Face hub: the same tokens in, and the segments where it takes them; scores [N, classes] out."""

    def __init__(self, name: str, revision: str):
        """name: of the hub, or a folder; revision: the commit, so that the model stays the same. Raises UserError."""
        super().__init__()
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError:
            raise UserError(f"A checkpoint of the hub needs transformers: get it with: uv add --group train {TRANSFORMERS}") from None
        try:
            self.network = AutoModelForSequenceClassification.from_pretrained(name, revision=revision, attn_implementation="eager")
            self.tokenizer = AutoTokenizer.from_pretrained(name, revision=revision).backend_tokenizer.to_str()
        except (OSError, ValueError, AttributeError) as error:  # no network, no such model, none for texts, a tokenizer that is no tokenizer.json
            why = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
            raise UserError(f"{name} ({revision}) can't be taken from the hub: {why}. Check its name and the network, or set CHECKPOINT = None.") from None
        self.classes = [name for _, name in sorted(self.network.config.id2label.items())]
        self.inputs = ("input_ids", "attention_mask", *(["token_type_ids"] if getattr(self.network.config, "type_vocab_size", 0) > 1 else []))

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return self.network(**dict(zip(self.inputs, feeds, strict=True))).logits


class Graph(nn.Module):
    """What goes into the ONNX file: the probability of each class."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.network(*feeds), 1)
