"""Whether a list of texts can be ranked by this form, and whether its vectors are those of this list and this model."""

from collections.abc import Iterator

from mlweb.codec import nearest
from mlweb.codec.kinds.text import Text
from mlweb.contract.kinds import Nearest
from mlweb.contract.schema import Contract


def ranked(contract: Contract) -> dict[str, Nearest]:
    """The outputs that rank a list."""
    return {name: shown for name, shown in contract.outputs.items() if isinstance(shown, Nearest)}


def problems(contract: Contract) -> Iterator[str]:
    """A sentence for each list whose texts this form can't give to the model, and for one that shares its file of vectors."""
    taken: dict[str, str] = {}
    for name, shown in ranked(contract).items():
        at = f"outputs.{name}.items"
        if [type(field) for _, _, field in contract.fields()] != [Text]:
            where = contract.where("outputs", name, "items")
            yield f"{where}: {at}: the model gives each text of the list its vector, so the form must be one field of kind text, and nothing else."
        if (other := taken.setdefault(shown.items.vectors, name)) != name:
            where = contract.where("outputs", name, "items", "vectors")
            yield f'{where}: {at}.vectors: {shown.items.vectors} has the vectors for "{other}": name another file, such as model/items-more.json.'


def outdated(contract: Contract, model_sha256: str) -> Iterator[str]:
    """A sentence for each list whose vectors are missing, or are those of another list or another model."""
    for name, shown in ranked(contract).items():
        items = shown.items
        made = nearest.lists.get(items.formed()["sha256"])
        what = None if made else f"there are no vectors for {items.file} yet"
        if made and made.texts != items.texts():
            what = f"{items.file} has changed since its vectors were made"
        elif made and made.model_sha256 != model_sha256:
            what = f"the vectors for {items.file} are those of another model"
        if what:
            yield f"{contract.where('outputs', name, 'items')}: outputs.{name}.items: {what}: {nearest.EXPORT}"
