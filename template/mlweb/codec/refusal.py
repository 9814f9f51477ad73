"""Why a value can't be taken. Twin of web/codec/refusal.js."""

from typing import Any

from typing_extensions import TypedDict


class InvalidValue(Exception):
    """Why one value can't be taken: the key of a sentence of the form (see sentences.py), and what fills it in."""

    def __init__(self, code: str, **filled: Any):
        super().__init__(code)
        self.code, self.filled = code, filled


class Refusal(TypedDict):
    """A refused value: the index of its row, its field's name, and a sentence in the form's language."""

    row: int
    field: str
    message: str


class ValidationErrors(Exception):
    """Every refused value of a request."""

    def __init__(self, refusals: list[Refusal]):
        super().__init__(" ".join(refusal["message"] for refusal in refusals))
        self.refusals = refusals
