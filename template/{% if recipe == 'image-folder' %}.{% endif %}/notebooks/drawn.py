"""Generated pictures: shapes to learn to see on, and leaves of three kinds that stand in while there are no photos."""

import numpy as np
from PIL import Image, ImageDraw

TURN = 2 * np.pi
FINE = 2  # pixels drawn per pixel kept, so that edges are smooth
ANGLE = np.linspace(0, TURN, 180, endpoint=False)


def polygon(corners: int) -> np.ndarray:
    """The radius of a regular polygon in the direction of each ANGLE."""
    return np.cos(np.pi / corners) / np.cos(ANGLE % (TURN / corners) - np.pi / corners)


def star(points: int, inner: float) -> np.ndarray:
    """The radius of a star whose valleys lie at `inner`."""
    return inner + (1 - inner) * np.abs(2 * (ANGLE * points / TURN % 1) - 1)


# Outlines as a radius of 0 to 1 in the direction of each ANGLE, [180].
SHAPES = {
    "circle": np.ones(180),
    "triangle": polygon(3),
    "square": polygon(4),
    "pentagon": polygon(5),
    "star": star(5, 0.4),
    "spark": star(4, 0.2),
    "gear": np.where(np.sin(8 * ANGLE) > 0, 1, 0.75),
    "bar": np.minimum(1, 0.25 / np.maximum(1e-6, np.abs(np.sin(ANGLE)))),
    "heart": (1 - np.sin(ANGLE)) / 2,
    "cross": np.minimum(1, 0.3 / np.maximum(1e-6, np.minimum(np.abs(np.sin(ANGLE)), np.abs(np.cos(ANGLE))))),
}
TEXTURES = ["plain", "striped", "spotted"]
ASIDE = np.abs((ANGLE + np.pi) % TURN - np.pi)  # how far a direction is from the leaf's axis
LEAVES = {
    "fan": np.where(ASIDE < 1.15, 1 - 0.25 * np.exp(-((ASIDE / 0.12) ** 2)), 0.15),
    "lance": 0.3 / np.sqrt(np.sin(ANGLE) ** 2 + (0.3 * np.cos(ANGLE)) ** 2),
    "lobed": 0.45 + 0.55 * np.abs(np.cos(2.5 * ANGLE)) ** 0.8,
}


def colours(random: np.random.Generator, width: int, height: int, base: np.ndarray) -> Image.Image:
    """A surface around one colour: even, clouded or grainy."""
    cells = random.integers(1, 24, 2)
    field = base + random.uniform(0, 20) * random.standard_normal((*cells, 3))
    smooth = Image.Resampling.BICUBIC if random.random() < 0.7 else Image.Resampling.NEAREST
    return Image.fromarray(field.clip(0, 255).astype(np.uint8)).resize((width, height), smooth)


def placed(random: np.random.Generator, radius: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """An outline somewhere in a picture, large or small, turned, stretched and uneven: its corners [180, 2], and the ends of its axis [2, 2]."""
    uneven = 1 + random.uniform(0, 0.06) * np.sin(random.integers(2, 6) * ANGLE + random.uniform(0, TURN))
    points = (radius * uneven)[:, None] * np.stack([np.cos(ANGLE), np.sin(ANGLE)], 1)
    turn, stretch = random.uniform(0, TURN), random.uniform(0.85, 1.15)
    around = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([stretch, 1 / stretch])
    size = min(width, height) * random.uniform(0.3, 0.48)
    middle = np.array([width, height]) * random.uniform(0.4, 0.6, 2)
    return points @ around.T * size + middle, np.array([[-1.1, 0], [0.9, 0]]) @ around.T * size + middle


def picture(random: np.random.Generator, radius: np.ndarray, texture: str, side: int | None = None) -> np.ndarray:
    """One outline on a varied background: uint8 [height, width, 3]; side: of a square picture, else sizes and proportions vary."""
    width, height = (side, side) if side else random.integers(96, 193, 2)
    large = FINE * int(width), FINE * int(height)
    paper, ink = random.uniform(20, 235, (2, 3))
    while np.abs(paper - ink).max() < 90:
        paper, ink = random.uniform(20, 235, (2, 3))
    drawn = colours(random, *large, paper)
    fill = colours(random, *large, ink)
    pen = ImageDraw.Draw(fill)
    mark, step = tuple((ink * random.uniform(0.4, 0.8)).astype(int).tolist()), int(min(large) * random.uniform(0.06, 0.12))
    if texture == "striped":
        for at in range(-large[1], large[0], 2 * step):
            pen.line((at, 0, at + large[1], large[1]), fill=mark, width=step // 2)
    if texture == "spotted":
        for x in range(0, large[0], 2 * step):
            for y in range(0, large[1], 2 * step):
                pen.ellipse((x, y, x + step, y + step), fill=mark)
    corners, axis = placed(random, radius, *large)
    if texture == "veined":
        pen.line(axis.ravel().tolist(), fill=mark, width=max(1, step // 4))
    mask = Image.new("L", large)
    ImageDraw.Draw(mask).polygon(corners.ravel().tolist(), fill=255)
    drawn.paste(fill, mask=mask)
    small = np.array(drawn.resize((int(width), int(height)), Image.Resampling.BOX), np.float32)
    return (small + 6 * random.standard_normal(small.shape, np.float32)).clip(0, 255).astype(np.uint8)


def shapes(random: np.random.Generator, count: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 [count, side, side, 3], and the number of each one's outline and texture, [count, 2]."""
    labels = np.stack([random.integers(len(SHAPES), size=count), random.integers(len(TEXTURES), size=count)], 1)
    outlines = list(SHAPES.values())
    return np.stack([picture(random, outlines[shape], TEXTURES[texture], side) for shape, texture in labels]), labels


def leaves(random: np.random.Generator, count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """As many pictures of each kind of LEAVES, of varied sizes, and the number of each one's kind. Their colours say nothing about it."""
    labels = np.repeat(np.arange(len(LEAVES)), count)
    outlines = list(LEAVES.values())
    return [picture(random, outlines[kind], "veined") for kind in labels], labels
