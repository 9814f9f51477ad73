"""The contract of a detector whose graph ends with boxes: a picture and two thresholds in, boxes on it out."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import onnx

from mlweb.graph import class_names, file_metadata
from mlweb.graph.detectors import Noted

SHARE = {"kind": "number", "max": 1, "step": 0.05}
LEAST, OVERLAP = 0.25, 0.5  # where the thresholds start


def fields(found: Noted) -> dict[str, dict]:
    """The fields of the form, by the names of the inputs."""
    sure = {**SHARE, "label": "How sure at least", "min": 0.05, "default": LEAST, "help": "Boxes with a lower score are left out."}
    overlap = {**SHARE, "label": "Overlap at most", "min": 0, "default": OVERLAP, "help": "Of two boxes of a class that overlap by more, one stays."}
    thresholds = {found.score_threshold: sure} | ({found.iou_threshold: overlap} if found.iou_threshold else {})
    return {found.picture: {"kind": "image", "label": "Picture"}} | thresholds


def outputs(found: Noted, model: onnx.ModelProto) -> dict[str, dict]:
    """The boxes, with the names of classes that the file carries, or numbered ones."""
    names = file_metadata.class_names(model)
    if found.classes is not None and len(names) != found.classes:
        names = class_names.numbered(found.classes) if found.classes <= class_names.MOST_CLASSES else []
    boxes = {"kind": "boxes", "label": "Found", "scores": found.scores, "labels": found.labels}
    return {found.boxes: {**boxes, **({"classes": names} if names else {})}}


def comments(found: Noted, computed: Sequence[Mapping[str, np.ndarray]]) -> Iterator[str]:
    """What to know of boxes that no made-up picture gave. computed: the outputs of each."""
    if computed and not any(each[found.boxes].size for each in computed):
        yield (
            "No made-up picture gave a box, so the proof says little of them: give pictures that have some, as examples here, or in ROWS of "
            f'export_onnx.py, such as {{"{found.picture}": "examples/street.jpg"}}.'
        )
