"""Boxes in NumPy: how much they overlap, which of them to keep, and how good a detector is."""

import numpy as np

MOST = 50  # boxes a class


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The area that `box` shares with each of `boxes` [K, 4], as a share of what both cover (IoU)."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = sides.clip(0).prod(1)
    return shared / np.maximum((box[2:] - box[:2]).prod() + (boxes[:, 2:] - boxes[:, :2]).prod(1) - shared, 1e-9)


def keep(boxes: np.ndarray, scores: np.ndarray, iou: float, score: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of boxes [N, 4] with scores [classes, N] the surest of each class that do not overlap: boxes, scores, labels."""
    kept = []
    for label, row in enumerate(scores):
        left = [index for index in np.argsort(-row, kind="stable") if row[index] > score]
        while left and sum(label == other for other, _ in kept) < MOST:
            best, rest = left[0], np.array(left[1:], int)
            kept.append((label, best))
            left = list(rest[overlap(boxes[best], boxes[rest]) <= iou])
    labels, indices = (np.array(column, np.int64) for column in (zip(*kept, strict=True) if kept else ((), ())))
    return boxes[indices], scores[labels, indices], labels


def precision(found: list[tuple], truth: list[tuple], classes: int, iou: float = 0.5) -> float:
    """mAP: the mean over classes of the average precision, a box being right when it overlaps a true one by `iou`.

    found: (boxes, scores, labels) a picture; truth: (boxes, labels) a picture.
    """
    averages = []
    for label in range(classes):
        guesses, free = [], []
        for index, ((boxes, scores, labels), (_, true)) in enumerate(zip(found, truth, strict=True)):
            guesses += [(score, index, box) for box, score, own in zip(boxes, scores, labels, strict=True) if own == label]
            free.append(list(np.flatnonzero(true == label)))
        wanted, right = sum(map(len, free)), []
        for _, index, box in sorted(guesses, key=lambda guess: -guess[0]):
            overlaps = overlap(box, truth[index][0][free[index]]) if free[index] else np.zeros(1)
            right.append(overlaps.max() >= iou)
            if right[-1]:
                del free[index][int(overlaps.argmax())]
        hits = np.cumsum(right)
        share = hits / (np.arange(len(hits)) + 1)
        best_from_here = np.maximum.accumulate(share[::-1])[::-1]
        averages.append(float((best_from_here * np.array(right, bool)).sum() / wanted))
    return float(np.mean(averages))
