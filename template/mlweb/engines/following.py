"""Another side's tokens in place of one's own, as long as they are as right: so all of a text can be held against the scores that belong to it."""

from collections.abc import Sequence
from copy import copy
from random import Random
from typing import NamedTuple

import numpy as np

from mlweb.engines.sampling import could_be, next_token


class Lost(NamedTuple):
    """Where a token was none that could have come: which in the text, from 1; that one, and one's own."""

    place: int
    token: int
    own: int


class Follower:
    """Chooses for Writer.write the tokens that another side wrote, and from the first on that could not have come, its own."""

    def __init__(self, tokens: Sequence[int], tie: float):
        """tie: by how many nats two tokens may lie apart, and either be right."""
        self.left, self.tie = iter(tokens), tie
        self.place = 0
        self.others = 0  # tokens that are not one's own behind the same ones
        self.lost: Lost | None = None

    def __call__(self, scores: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
        number = copy(random).random()  # by which the next token is drawn
        own = next_token(scores, temperature, top_k, random)
        self.place += 1
        token = own if self.lost else next(self.left, own)  # where the other side's text ends before its time, this one goes on and differs
        if token == own:
            return own
        if not could_be(token, scores, temperature, top_k, number, self.tie):
            self.lost = Lost(self.place, token, own)
            return own
        self.others += 1
        return token
