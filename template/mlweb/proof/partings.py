"""Texts that part from native ones where two tokens are nearly as likely: with an engine that rounds, either may come.

There native is led along the page's tokens. Each must be the one that native takes behind those before it, or nearly as likely: so all of a text is held
against native's scores, behind a parting too, and what becomes of the tokens must be equal as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mlweb import runner
from mlweb.engines.following import Follower
from mlweb.engines.writer import Writer

Outputs = dict[str, np.ndarray]


@dataclass
class Led:
    """What native writes of each run, led along the page's tokens where these are others; and a sentence for each text that is not to be had so."""

    outputs: list[Outputs]
    parted: int = 0  # texts that went another way
    others: int = 0  # tokens that native would not have taken behind the same ones
    failed: list[str] = field(default_factory=list)


def led(session: runner.Session, feeds: Sequence[Outputs], native: list[Outputs], page: Sequence[Outputs], tie: float) -> Led:
    """feeds, native and page: of each run what goes in, and what came out on either side, of the page the tokens too, where these may be others.

    tie: by how many nats two tokens may lie apart, and either be right; 0 for none, so that native's outputs are left as they are.
    """
    if not tie:
        return Led(native)
    assert isinstance(session, Writer)
    found, count = Led([]), 0
    for number, (given, own, theirs) in enumerate(zip(feeds, native, page, strict=True), 1):
        if "tokens" not in theirs:  # a case of a form that does not tell them: it must be equal
            found.outputs.append(own)
            continue
        tokens = theirs["tokens"].reshape(-1).tolist()
        count += len(tokens)
        if "tokens" in own and np.array_equal(own["tokens"], theirs["tokens"]):
            found.outputs.append(own)
            continue
        follower = Follower(tokens, tie)
        written = session.write(given, follower)
        if written["tokens"].size < follower.place:  # a long text in parts, of which a page tells only the last tokens: these must be equal
            found.outputs.append(own)
            continue
        found.outputs.append({name: written[name] for name in own})
        found.parted += follower.others > 0
        found.others += follower.others
        if follower.lost:
            place, token, other = follower.lost
            found.failed.append(f"Text {number}: the token {place} is {token} where native takes {other}, and they lie further apart than rounding explains.")
    if 2 * found.others > count:
        found.failed.append(f"Of {count} tokens native takes {found.others} others: where most are as likely as another, nothing is proven.")
    return found
