"""The network, from the bytes of a picture of any size to boxes and scores. All of it goes into the ONNX file."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 3
CELL = 8  # pixels a side, of one cell of the grid that the network lays over a picture
SHORT, LONG = 12, 24  # cells along the shorter side, and along the longer at most


def grid(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of cells that keep a picture's shape: wide pictures get more columns, tall ones more rows.

    Both are whole, so a picture is stretched by half a cell at most. Beyond 2 : 1 the longer side stays at LONG.
    """
    covered = torch.sym_max(torch.sym_min(height, width) * LONG // SHORT, torch.sym_max(height, width))  # pixels, by LONG cells
    rows, columns = ((side * LONG + covered // 2) // covered for side in (height, width))
    return torch.sym_max(1, rows), torch.sym_max(1, columns)


def small(pictures: torch.Tensor) -> torch.Tensor:
    """Bytes [N, height, width, 3] -> what the network sees: [N, 3, rows * CELL, columns * CELL] from 0 to 1."""
    rows, columns = grid(*pictures.shape[1:3])
    return F.interpolate(pictures.permute(0, 3, 1, 2).float(), (rows * CELL, columns * CELL), mode="bilinear", antialias=True) / 255


def step(given: int, wanted: int, stride: int = 1, apart: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(given, wanted, 3, stride, apart, apart, bias=False), nn.BatchNorm2d(wanted), nn.ReLU()]


class Detector(nn.Module):
    """For each cell of the grid: a logit a class that a thing of it has its middle there, and where its box ends."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*step(3, 16, 2), *step(16, 32, 2), *step(32, 48, 2), *step(48, 48), *step(48, 48, apart=2))
        self.head = nn.Conv2d(48, CLASSES + 4, 1)
        nn.init.constant_(self.head.bias[:CLASSES], -3.0)  # things are rare

    def forward(self, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [N, CLASSES, cells], and boxes [N, cells, 4] as x1, y1, x2, y2 in pixels of the network."""
        said = self.head(self.layers(seen))
        logits, ends = said.flatten(2).split((CLASSES, 4), 1)
        y, x = torch.meshgrid(*((torch.arange(cells) + 0.5) * CELL for cells in said.shape[2:]), indexing="ij")
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
        rows, columns = grid(height, width)
        logits, boxes = self.network(small(picture[None]))
        x, y = boxes.reshape(1, -1, 2, 2).unbind(3)
        x, y = (x * (width / (columns * CELL))).clamp(0, width), (y * (height / (rows * CELL))).clamp(0, height)
        return torch.stack([x, y], 3).flatten(2), logits.sigmoid()
