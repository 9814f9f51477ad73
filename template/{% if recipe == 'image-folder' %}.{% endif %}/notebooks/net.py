"""The network, from the bytes of a photo of any size to the probability of each class. All of it goes into the ONNX file."""

import torch
from torch import nn
from torch.nn import functional as F

from mlweb import UserError

TORCHVISION = "torchvision==0.28.0"  # the one that belongs to torch in requirements.txt


class Backbone(nn.Module):
    """A small network that sees: pictures [N, 3, side, side] -> features [N, size], the mean and the maximum of its deeper layers over the picture."""

    side = 64
    mean, deviation = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
    widths = (16, 32, 64, 128)
    size = 2 * sum(widths[1:])

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(before, after, wide, stride=2, padding=wide // 2), nn.BatchNorm2d(after), nn.ReLU())
            for before, after, wide in zip((3, *self.widths), self.widths, (5, 3, 3, 3), strict=False)
        )

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        features = []
        for layer in self.layers:
            seen = layer(seen)
            features += [seen.mean((2, 3)), seen.amax((2, 3))]
        return torch.cat(features[2:], 1)


class Hub(nn.Module):
    """MobileNetV3 small of torchvision, without its last layers: pictures [N, 3, 224, 224] -> features [N, 576]."""

    side = 224
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the photos that it was trained on, ImageNet
    size = 576

    def __init__(self, download: bool = False):
        """download: get the trained weights, which stay in torch's cache. Raises UserError."""
        super().__init__()
        try:
            from torchvision.models import MobileNet_V3_Small_Weights, mobilenet_v3_small
        except (ImportError, RuntimeError):  # the latter when it was built for another torch
            raise UserError(f"The backbone of the hub needs the torchvision of this torch: get it with: uv add --group train {TORCHVISION}") from None
        try:
            network = mobilenet_v3_small(weights=MobileNet_V3_Small_Weights.DEFAULT if download else None)
        except (OSError, RuntimeError) as error:  # what urllib raises, and torch for a broken file
            here = 'or set BACKBONE = "here" in notebooks/train.ipynb'
            raise UserError(f"The weights of MobileNetV3 could not be downloaded ({error}): try again with a network, {here}.") from None
        self.layers = nn.Sequential(network.features, network.avgpool, nn.Flatten())

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return self.layers(seen)


BACKBONES = {"here": Backbone, "mobilenet": Hub}


def prepared(photo: torch.Tensor, backbone: Backbone | Hub) -> torch.Tensor:
    """A photo uint8 [height, width, 3] as a backbone takes it: [1, 3, side, side], scaled and with its mean and deviation."""
    small = F.interpolate(photo.permute(2, 0, 1)[None].float(), (backbone.side, backbone.side), mode="bilinear", antialias=True) / 255
    mean, deviation = (torch.tensor(three).reshape(1, 3, 1, 1) for three in (backbone.mean, backbone.deviation))
    return (small - mean) / deviation


class Graph(nn.Module):
    """What the page runs: one photo as it is, uint8 [height, width, 3], to probabilities [1, classes]."""

    def __init__(self, backbone: Backbone | Hub, classes: int):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(backbone.size, classes)

    def forward(self, photo: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(prepared(photo, self.backbone))).softmax(1)
