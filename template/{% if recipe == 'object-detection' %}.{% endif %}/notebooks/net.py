"""The network, from the bytes of a picture of any size to boxes and scores. All of it goes into the ONNX file."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 3
SIDE, CELL = 96, 8  # pixels a side that the network sees, and of one cell of its grid


def small(pictures: torch.Tensor) -> torch.Tensor:
    """Bytes [N, height, width, 3] -> what the network sees: [N, 3, SIDE, SIDE] from 0 to 1."""
    return F.interpolate(pictures.permute(0, 3, 1, 2).float(), (SIDE, SIDE), mode="bilinear", antialias=True) / 255


def step(given: int, wanted: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(given, wanted, 3, stride, 1, bias=False), nn.BatchNorm2d(wanted), nn.ReLU()]


class Detector(nn.Module):
    """For each cell of the grid: a logit a class that a thing of it has its middle there, and where its box ends."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*step(3, 16, 2), *step(16, 32, 2), *step(32, 64, 2), *step(64, 64), *step(64, 64))
        self.head = nn.Conv2d(64, CLASSES + 4, 1)
        nn.init.constant_(self.head.bias[:CLASSES], -3.0)  # things are rare

    def forward(self, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [N, CLASSES, cells], and boxes [N, cells, 4] as x1, y1, x2, y2 in pixels of the network."""
        logits, ends = self.head(self.layers(seen)).flatten(2).split((CLASSES, 4), 1)
        place = (torch.arange(SIDE // CELL) + 0.5) * CELL
        y, x = torch.meshgrid(place, place, indexing="ij")
        middle = torch.stack([x, y], 2).reshape(-1, 2)
        before, after = (F.softplus(ends) * CELL).transpose(1, 2).split(2, 2)
        return logits, torch.cat([middle - before, middle + after], 2)


class Graph(nn.Module):
    """One picture as it is, uint8 [height, width, 3], to boxes [1, cells, 4] in its own pixels and scores [1, CLASSES, cells]."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        height, width = picture.shape[:2]
        logits, boxes = self.network(small(picture[None]))
        x, y = boxes.reshape(1, -1, 2, 2).unbind(3)
        x, y = (x * (width / SIDE)).clamp(0, width), (y * (height / SIDE)).clamp(0, height)
        return torch.stack([x, y], 3).flatten(2), logits.sigmoid()
