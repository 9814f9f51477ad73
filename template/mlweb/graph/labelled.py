"""What the label that a model gives beside an output says of the names of its classes, in the rows that it computed."""

from collections import Counter, defaultdict

import numpy as np

from mlweb.graph import class_names
from mlweb.graph.class_names import Names

MOSTLY = 0.9  # of the rows: ties, and labels that go by more than the highest number


def confirmed(computed: dict[str, list[np.ndarray]], name: str, lists: list[Names]) -> Names | None:
    """The list of names of which the label beside an output says the one of its highest number, in nearly all rows and of more than one class."""
    return next((names for names in lists if agrees(computed, name, names)), None)


def checked(name: str, shown: dict, computed: dict[str, list[np.ndarray]]) -> dict:
    """An output of classes as it is to be shown: scores whose highest is not of the label's class as they are, probabilities without the names.

    computed: what the model gave for each row, by output.
    """
    if shown.get("scores"):
        return shown if likeliest_is_label(computed, name, shown["classes"]) else {"kind": "tensor"}
    classes = shown["classes"]
    numbers = [*range(len(classes))] if classes == class_names.numbered(len(classes)) else classes  # "class 0" reads like the class whose label is 0
    if not called_otherwise(computed, name, numbers):
        return shown
    return shown | {"classes": [f"column {index}" for index in range(1, len(classes) + 1)]}


def labels(computed: dict[str, list[np.ndarray]]) -> dict[str, list[str]]:
    """The outputs of one value a row, as texts."""
    single = {name: arrays for name, arrays in computed.items() if arrays and all(array.size == 1 for array in arrays)}
    return {name: [str(array.reshape(-1)[0]) for array in arrays] for name, arrays in single.items()}


def likeliest(computed: dict[str, list[np.ndarray]], name: str) -> list[int]:
    """The column of the highest number of each row."""
    return [int(np.argmax(row)) for row in computed[name]]


def is_label(called: list[str], given: list[str]) -> bool:
    """Whether a label is what each row is called, in nearly all rows."""
    return bool(np.mean([name == label for name, label in zip(called, given, strict=True)]) > MOSTLY)


def agrees(computed: dict[str, list[np.ndarray]], name: str, names: Names) -> bool:
    """Whether a label beside an output says the name of its highest number, in nearly all rows and of more than one class."""
    called = [str(names[index]) for index in likeliest(computed, name)]
    return any(is_label(called, given) for given in labels(computed).values() if len(set(given)) > 1)


def likeliest_is_label(computed: dict[str, list[np.ndarray]], name: str, classes: list) -> bool:
    """Whether the highest of an output's scores is the class that a label beside it names, in nearly all rows; True where there is no such label."""
    names = [str(each) for each in classes]
    called = [names[index] for index in likeliest(computed, name)]
    return all(is_label(called, given) for given in labels(computed).values() if set(given) <= set(names))


def called_otherwise(computed: dict[str, list[np.ndarray]], name: str, classes: list) -> bool:
    """Whether a label beside an output calls the class of its highest number by another name of the same kind, in nearly all rows, and none by this one.

    A label that does not go by the highest number, such as one with a threshold or that of the lowest, says nothing of the names.
    """
    names, columns = [str(each) for each in classes], likeliest(computed, name)
    is_otherwise = False
    for label, given in labels(computed).items():
        is_whole = computed[label][0].dtype.kind in "iu"
        if not (set(given) <= set(names) or (is_whole and all(isinstance(each, int) for each in classes))):
            continue
        calls: dict[int, Counter[str]] = defaultdict(Counter)
        for index, word in zip(columns, given, strict=True):
            calls[index][word] += 1
        usual = {index: counted.most_common(1)[0] for index, counted in calls.items()}
        words = [word for word, _ in usual.values()]
        if sum(count for _, count in usual.values()) <= MOSTLY * len(given) or len(set(words)) < len(words):
            continue
        if all(names[index] == word for index, (word, _) in usual.items()):
            return False
        is_otherwise |= len(words) > 1 or bool(class_names.LABEL.search(label))
    return is_otherwise
