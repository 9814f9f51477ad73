"""The network, from the bytes of a picture of any size to the probability of each digit. All of it goes into the ONNX file."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10
FINE, COARSE = 64, 16  # pixels a side: where the ink is looked for, and what the network sees


def centred(pixels: torch.Tensor) -> torch.Tensor:
    """Bytes [N, 1, height, width] -> [N, 1, COARSE, COARSE]: the ink alone, cut out as a square, 0 for paper and 1 for ink."""
    height, width = pixels.shape[2:]
    ink = F.interpolate(pixels.float(), (FINE, FINE), mode="bilinear", antialias=True) / 255
    ink = torch.where(ink.mean((1, 2, 3), keepdim=True) > 0.5, 1 - ink, ink)  # dark on white: the paper is what there is more of
    ink = ink / ink.amax((1, 2, 3), keepdim=True).clamp(min=1e-3)
    place = (torch.arange(FINE) + 0.5) / FINE * 2 - 1

    def middle_and_half(line: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        first = torch.where(line > 0.3, place, 1.0).amin(1)
        last = torch.where(line > 0.3, place, -1.0).amax(1)
        return (first + last) / 2, (last - first) / 2 + 1 / FINE

    y, half_high = middle_and_half(ink.amax((1, 3)))
    x, half_wide = middle_and_half(ink.amax((1, 2)))
    half = torch.maximum(half_high * height, half_wide * width)
    across = x[:, None] + (half / width)[:, None] * place
    down = y[:, None] + (half / height)[:, None] * place
    grid = torch.stack([across[:, None, :].expand(-1, FINE, -1), down[:, :, None].expand(-1, -1, FINE)], 3)
    return F.avg_pool2d(F.grid_sample(ink, grid, align_corners=False), FINE // COARSE)


class Digits(nn.Module):
    """A small convolutional network: what `centred` gives -> one logit a digit."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
            *(nn.Dropout(0.3), nn.Linear(32 * (COARSE // 4) ** 2, 64), nn.ReLU(), nn.Linear(64, CLASSES)),
        )

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return self.layers(seen)


class Graph(nn.Module):
    """What the page runs: one picture as it is, uint8 [height, width, 1], to probabilities [1, CLASSES]."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, drawing: torch.Tensor) -> torch.Tensor:
        return self.network(centred(drawing.permute(2, 0, 1)[None])).softmax(1)
