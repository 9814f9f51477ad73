"""The network, from the tokens of a text to the probability of each class: a small encoder as BERT is one, or a checkpoint of Hugging Face."""

import torch
from notebooks.encoder import INPUTS, Encoder, from_hub
from torch import nn


class Classifier(nn.Module):
    """Tokens and mask int64 [N, T] -> scores [N, classes], of the first token, [CLS], after it has looked at all others."""

    inputs = INPUTS

    def __init__(self, vocabulary: int, classes: int):
        super().__init__()
        self.encoder, self.head = Encoder(vocabulary), nn.Linear(Encoder.width, classes)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(input_ids, attention_mask)[:, 0])


class Checkpoint(nn.Module):
    """A classifier of texts from the Hugging Face hub: the same tokens in, and the segments where it takes them; scores [N, classes] out."""

    def __init__(self, name: str, revision: str):
        """As `from_hub`, which raises UserError."""
        super().__init__()
        self.network, self.tokenizer, self.inputs = from_hub(name, revision, "AutoModelForSequenceClassification")
        self.classes = [name for _, name in sorted(self.network.config.id2label.items())]

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return self.network(**dict(zip(self.inputs, feeds, strict=True))).logits


class Graph(nn.Module):
    """What goes into the ONNX file: the probability of each class."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.network(*feeds), 1)
