"""Why a value can't be taken. Twin of web/runtime/refusal.js."""

from typing import Any


class Unfit(Exception):
    """Why one value can't be taken: the key of a sentence of the form (see sentences.py), and what fills it in."""

    def __init__(self, code: str, **filled: Any):
        super().__init__(code)
        self.code, self.filled = code, filled


class Refusals(Exception):
    """Every refused value of a request: `refusals` is a list of {"row", "field", "message"}."""

    def __init__(self, refusals: list[dict]):
        super().__init__(" ".join(refusal["message"] for refusal in refusals))
        self.refusals = refusals
