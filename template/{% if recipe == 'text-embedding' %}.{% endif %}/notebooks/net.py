"""The network, from the tokens of a text to one vector of length 1: a small encoder as BERT is one, or a checkpoint of Hugging Face."""

import torch
from notebooks.encoder import INPUTS, Encoder, from_hub
from torch import nn
from torch.nn import functional as F


class Small(nn.Module):
    """Tokens and mask int64 [N, T] -> [N, T, width]."""

    inputs = INPUTS

    def __init__(self, vocabulary: int):
        super().__init__()
        self.encoder = Encoder(vocabulary)

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return self.encoder(*feeds)


class Checkpoint(nn.Module):
    """An encoder from the Hugging Face hub: the same tokens in, and the segments where it takes them; [N, T, width] out."""

    def __init__(self, name: str, revision: str):
        """As `from_hub`, which raises UserError."""
        super().__init__()
        self.network, self.tokenizer, self.inputs = from_hub(name, revision, "AutoModel")

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        return self.network(**dict(zip(self.inputs, feeds, strict=True))).last_hidden_state


class Graph(nn.Module):
    """What goes into the ONNX file: the mean of what stands for the tokens of a text, without what fills it up, brought to length 1."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, *feeds: torch.Tensor) -> torch.Tensor:
        mask = feeds[1][:, :, None].float()  # of INPUTS
        return F.normalize((self.network(*feeds) * mask).sum(1) / mask.sum(1), dim=1)
