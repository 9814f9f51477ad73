"""A text to a vector for each of its tokens: a small encoder as BERT is one, or one of the Hugging Face hub; its tokenizer; and the ONNX file."""

import logging
import warnings
from collections.abc import Iterable

import onnx
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from torch.nn import functional as F

from mlweb import UserError

LONGEST = 128  # tokens: `max` in metadata.yml
INPUTS = ("input_ids", "attention_mask")
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
    """Tokens and mask int64 [N, T] -> [N, T, width], each token after it has looked at all others."""

    width, heads, depth = 64, 4, 2

    def __init__(self, vocabulary: int):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, self.width), nn.Embedding(LONGEST, self.width)
        self.norm, self.layers = nn.LayerNorm(self.width), nn.ModuleList(Layer(self.width, self.heads) for _ in range(self.depth))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.norm(self.words(input_ids) + self.places(torch.arange(input_ids.shape[1])))
        hidden = (1 - attention_mask[:, None, None, :].float()) * -1e9
        for layer in self.layers:
            tokens = layer(tokens, hidden)
        return tokens


def from_hub(name: str, revision: str, auto: str) -> tuple[nn.Module, str, tuple[str, ...]]:
    """A network of the Hugging Face hub, its tokenizer.json, and the names of what it takes: tokens, mask, and segments where it has them.

    name: of the hub, or a folder; revision: the commit, so that the model stays the same; auto: the class of transformers that loads it.
    Raises UserError.
    """
    try:
        import transformers
    except ImportError:
        raise UserError(f"A checkpoint of the hub needs transformers: get it with: uv add --group train {TRANSFORMERS}") from None
    try:
        network = getattr(transformers, auto).from_pretrained(name, revision=revision, attn_implementation="eager")
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, revision=revision).backend_tokenizer.to_str()
    except (OSError, ValueError, AttributeError) as error:  # no network, no such model, none for texts, a tokenizer that is no tokenizer.json
        why = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
        raise UserError(f"{name} ({revision}) can't be taken from the hub: {why}. Check its name and the network, or set CHECKPOINT = None.") from None
    return network, tokenizer, (*INPUTS, *(["token_type_ids"] if getattr(network.config, "type_vocab_size", 0) > 1 else []))


def taught(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer as BERT's that knows the frequent pieces of these texts, at most `size` of them."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    made.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=size, special_tokens=special, show_progress=False))
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


def split(tokenizer: Tokenizer, texts: Iterable[str], inputs: tuple[str, ...] = INPUTS) -> dict[str, torch.Tensor]:
    """What a network takes of texts, int64 [N, longest]: by the tokenizer itself, so that a proof of the page is no circle."""
    tokenizer.enable_truncation(LONGEST)  # only here: the page cuts texts and fills them up by itself
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]") or tokenizer.token_to_id("<pad>") or 0)
    made = tokenizer.encode_batch(list(texts))
    sides = [[each.ids for each in made], [each.attention_mask for each in made], [each.type_ids for each in made]]
    return {name: torch.tensor(side) for name, side in zip(inputs, sides, strict=False)}


def to_onnx(graph: nn.Module, inputs: tuple[str, ...], output: str, vocabulary: int) -> onnx.ModelProto:
    """Tokens, mask and what else the network takes, int64 [N, T], in; [N, width] out."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # which tells of optional packages that are not there
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, about itself
    feeds = tuple(torch.randint(1, vocabulary, (3, 9)) if name == INPUTS[0] else torch.full((3, 9), int(name == INPUTS[1])) for name in inputs)
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    shapes = (tuple(sizes for _ in inputs),)  # forward takes *feeds
    program = torch.onnx.export(
        graph, feeds, dynamo=True, verbose=False, opset_version=20, input_names=list(inputs), output_names=[output], dynamic_shapes=shapes
    )
    model = program.model_proto
    for node in model.graph.node:
        del node.metadata_props[:]  # where in whose folder each line of Python stands: half of the file
    return model
