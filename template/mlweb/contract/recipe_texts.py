"""Which texts of a card are still those of a recipe: they are of its data and its model, which a project soon has others of."""

import hashlib
from collections.abc import Iterator

from mlweb.contract.schema import Contract

KEYS = ("data", "limits")
# The first 16 digits of the SHA-256 of each such text; the template's tests compare them with the recipes.
RECIPES = frozenset(
    [
        "0d6c193730c175c3",
        "127bf495d9eb8f78",
        "1797ef8fb804fecd",
        "1e6973e683a9bef1",
        "2772b84fd64cbcd0",
        "74b66cd2b610350f",
        "321ac08fd1b0b99a",
        "3485f4650c28cc13",
        "34c14ba4c27d5be5",
        "348ddd578209a227",
        "4e541c6319e1cf72",
        "642c939e86a160e0",
        "765a78764b6ef8cc",
        "7b305dfd0b887e81",
        "7c409d94cdf3ab77",
        "8122669e346a4fe8",
        "83af17fab3247a01",
        "855ddbd2f8481441",
        "a390061295c37457",
        "ad5b9f11cb217628",
        "b7bbd05e6659fc7b",
        "c04d104c94b9a7be",
        "ca30e36782142c70",
        "f187996d03325223",
    ]
)


def digest(text: str) -> str:
    """The digits that tell a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unedited(contract: Contract) -> Iterator[str]:
    """The keys of the card whose text is a recipe's."""
    card = contract.card.model_dump(include=set(KEYS), exclude_none=True)
    yield from (key for key in KEYS if isinstance(text := card.get(key), str) and digest(text) in RECIPES)
