"""Whether the form of metadata.yml asks for what training saw: model/facts.json holds every choice and the range of every number."""

from collections.abc import Collection, Iterator

from mlweb.codec.kinds.choice import Choice
from mlweb.codec.kinds.number import Numeric
from mlweb.codec.scalars import same, shown
from mlweb.contract.facts import Facts
from mlweb.contract.schema import FILE, Contract
from mlweb.errors import nearest

LISTED = 6  # names in a sentence: of known choices when none is near, of columns that came or went
FAR = 2  # ranges beyond what training saw


def outgrown(contract: Contract, inputs: Collection[str], outputs: Collection[str]) -> str | None:
    """One sentence when the contract is that of another table or estimator; None when it fits, but for one name that may be a slip of the pen.

    inputs: the names of the columns of the table, each of which is an input of the graph; outputs: all that the graph gives.
    """
    came = [name for name in inputs if name not in contract.inputs]
    gone = [name for name in contract.inputs if name not in inputs]
    if len(came) == len(gone) == 1 and nearest(gone[0], came):
        return None
    lost = [name for name in contract.outputs if name not in outputs and not nearest(name, outputs)]
    changes = [
        *([f"has no {quoted(came)}"] if came else []),
        *([f"still has {quoted(gone)}"] if gone else []),
        *([f"still shows {quoted(lost)} where the model gives {quoted(list(outputs))}"] if lost else []),
    ]
    return f"{FILE} is of another table or model: it {', and '.join(changes)}. Bring it up to date with: uv run poe describe --update" if changes else None


def quoted(names: list[str]) -> str:
    """`"a", "b" and 3 more`"""
    more = len(names) - LISTED
    return ", ".join(f'"{name}"' for name in names[:LISTED]) + (f" and {more} more" if more > 0 else "")


def mistakes(contract: Contract, facts: Facts) -> Iterator[str]:
    """A sentence for each choice that training never saw: a model has an answer for it too, and it means nothing."""
    for path, name, field in contract.fields():
        seen = facts.get("fields", {}).get(name, {}).get("categories")
        if not isinstance(field, Choice) or field.unseen or not seen:
            continue
        for index, option in enumerate(field.choices):
            if option.value != "" and not any(same(each, option.value) for each in seen):  # "" is a gap
                known = [shown(each) for each in seen]
                hint = nearest(shown(option.value), known) or f" It saw {quoted(known)}."
                at = contract.where(*path, "choices", index)
                yield f'{at}: {".".join(path)}: training never saw "{shown(option.value)}".{hint} If you mean it, say unseen: true there.'


def hints(contract: Contract, facts: Facts) -> Iterator[str]:
    """A sentence for each limit that refuses rows of training, or lies far outside of them, and for each default outside."""
    for path, name, field in contract.fields():
        known = facts.get("fields", {}).get(name, {})
        if isinstance(field, Numeric) and "min" in known and "max" in known:
            for key, sentence in of_number(field, known["min"], known["max"]):
                yield f"{contract.where(*path, key)}: {'.'.join(path)}.{key}: {sentence}"


def of_number(field: Numeric, low: float, high: float) -> Iterator[tuple[str, str]]:
    """What to think of a number's limits and default, when training saw low to high: (key, sentence)."""
    room = FAR * (high - low) or abs(high) or 1
    seen = f"training saw {shown(low)} to {shown(high)}"
    if field.min is not None and field.min > low:
        yield "min", f"{seen}, so that {shown(field.min)} refuses some of it."
    if field.max is not None and field.max < high:
        yield "max", f"{seen}, so that {shown(field.max)} refuses some of it."
    if field.min is not None and field.min < low - room:
        yield "min", f"{seen}: at {shown(field.min)}, far below, the model only guesses."
    if field.max is not None and field.max > high + room:
        yield "max", f"{seen}: at {shown(field.max)}, far above, the model only guesses."
    if field.default is not None and not low <= field.default <= high:
        yield "default", f"{seen}, but the form starts with {shown(field.default)}."
