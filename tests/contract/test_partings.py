"""Texts that part where two tokens are nearly as likely: which are excused, and that no other is; where a page is built, and on a visitor's device."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from test_parity_twins import in_node

from mlweb.codec.kinds.conversation import Turns
from mlweb.engines import sampling
from mlweb.engines.sampling import next_token
from mlweb.engines.writer import Choose, Writer
from mlweb.proof import device, golden, parity, partings

TIE, TOKENS = 0.75, 40
GREEDY = [{"prompt": chr(97 + number), "max_new_tokens": 24} for number in range(12)]
DRAWN = [{"temperature": heat, "top_k": most, "seed": seed, **row} for seed, row in enumerate(GREEDY) for heat, most in ((0.7, 0), (1.3, 5))]
PARTS = [{"prompt": "one two three four. " * number, "in_parts": True, "max_new_tokens": 9} for number in range(1, 9)]
DTYPES = {"prompt": object, "temperature": np.float32, "in_parts": bool}


class Made(Writer):
    """Writes what a generator makes of the tokens before."""

    size, ends = 64, (0,)

    def __init__(self, spread: float = 2.0, rounding: float = 0.0):
        """spread: of the scores; rounding: by how many nats it moves them at most, to either side."""
        self.spread, self.rounding = spread, rounding

    def tokens(self, prompt: str, template: str | None, turns: Turns) -> list[int]:
        return [ord(letter) % TOKENS for letter in prompt]

    def text(self, tokens: list[int]) -> str:
        return " ".join(map(str, tokens))

    def scores(self, prompt: list[int], found: list[int], likeliest: int) -> Iterator[np.ndarray]:
        while True:
            scores = np.random.default_rng([*prompt, *found]).normal(0, self.spread, TOKENS)
            yield (scores + np.random.default_rng([*found, 1]).uniform(-self.rounding, self.rounding, TOKENS)).astype(np.float32)


def feeds(rows: list[dict]) -> list[dict[str, np.ndarray]]:
    return [{name: np.array([value], DTYPES.get(name, np.int64)) for name, value in row.items()} for row in rows]


def led(rows: list[dict], page: Writer, tie: float = TIE, native: Writer | None = None, choose: Choose = next_token) -> tuple[partings.Led, list[str]]:
    """What comes of native's texts beside those of a page, and what level 2 says of them."""
    native, given = native or Made(), feeds(rows)
    theirs = [page.write(each, choose) for each in given]
    found = partings.led(native, given, [native.write(each) for each in given], theirs, tie)
    sides = [{name: parity.stack_runs([run[name] for run in runs]) for name in runs[0]} for runs in (found.outputs, theirs)]
    return found, [*found.failed, *parity.browser(sides[0], sides[1], varies=False)[1]]


@pytest.mark.parametrize("rows", [GREEDY, DRAWN, PARTS[:2]])
def test_a_page_that_rounds_writes_texts_that_could_be_native(rows):
    found, failed = led(rows, Made(rounding=TIE / 2))
    assert not failed
    assert 0 < found.parted <= len(rows) and found.others >= found.parted


def test_a_page_that_writes_the_same_has_nothing_to_be_excused():
    found, failed = led(GREEDY + DRAWN + PARTS, Made())
    assert (found.parted, found.others, failed) == (0, 0, [])


@pytest.mark.parametrize("rows", [GREEDY, DRAWN])
def test_an_engine_that_does_not_round_is_excused_nothing(rows):
    found, failed = led(rows, Made(rounding=0.1), tie=0.0)
    assert not found.parted and any('Output "tokens"' in sentence for sentence in failed)


def test_tokens_that_lie_further_apart_are_not_excused():
    _, failed = led(GREEDY, Made(rounding=2 * TIE))
    assert any("and they lie further apart than rounding explains." in sentence for sentence in failed)


def test_a_text_in_parts_must_be_equal():
    """For of those that it was written from nothing is known."""
    found, failed = led(PARTS[3:], Made(rounding=TIE / 2))
    assert found.parted == 0 and any('Output "tokens"' in sentence for sentence in failed)


def runner_up(scores: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
    return int(np.argsort(scores)[-2])


def later(scores: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
    random.random()
    return next_token(scores, temperature, top_k, random)


def coldly(scores: np.ndarray, temperature: float, top_k: int, random: Random) -> int:
    return next_token(scores, temperature / 3, top_k, random)


@pytest.mark.parametrize(("rows", "choose"), [(GREEDY, runner_up), (DRAWN, later), (DRAWN, coldly), (DRAWN, runner_up)])
def test_a_page_that_takes_its_tokens_otherwise_fails(rows, choose):
    _, failed = led(rows, Made(rounding=0.1), choose=choose)
    assert failed


@pytest.mark.parametrize("most", [7, 29])
def test_a_text_that_ends_elsewhere_fails(most):
    native, page = Made(), Made(rounding=TIE / 2)
    given = feeds(GREEDY)
    theirs = [page.write(each | {"max_new_tokens": np.array([most])}) for each in given]
    found = partings.led(native, given, [native.write(each) for each in given], theirs, TIE)
    assert any(led["tokens"].size != own["tokens"].size for led, own in zip(found.outputs, theirs, strict=True))


def test_what_is_said_of_a_text_must_be_said_of_its_tokens():
    class Mumbling(Made):
        def text(self, tokens: list[int]) -> str:
            return super().text(tokens[1:])

    _, failed = led(GREEDY, Mumbling(rounding=TIE / 2))
    assert any('Output "text"' in sentence for sentence in failed)


def test_a_model_to_which_all_tokens_are_alike_proves_nothing():
    _, failed = led(GREEDY, Made(spread=0.05, rounding=TIE / 3), native=Made(spread=0.05))
    assert any("where most are as likely as another, nothing is proven" in sentence for sentence in failed)


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 2.0])
@pytest.mark.parametrize("top_k", [0, 1, 4])
def test_whatever_scores_within_the_tie_give_could_be(temperature, top_k):
    generator, refused, other = np.random.default_rng(4), 0, 0
    for seed in range(500):
        scores = generator.normal(0, 2, 12).astype(np.float32)
        moved = scores + generator.uniform(-TIE / 2, TIE / 2, 12).astype(np.float32)
        token = next_token(moved, temperature, top_k, Random(seed))
        other += token != next_token(scores, temperature, top_k, Random(seed))
        assert sampling.could_be(token, scores, temperature, top_k, Random(seed).random(), TIE), seed
        refused += not sampling.could_be(int(generator.integers(12)), scores, temperature, top_k, Random(seed).random(), TIE)
    assert other > 10, "or nothing was excused"
    assert refused > 250, "or all would be"


def on_device(page: Writer, rows: list[dict]) -> dict:
    """What a visitor's page says of its texts, beside what it carries."""
    native, given = Made(), feeds(rows)
    expected, actual = [[{name: golden.pack(array) for name, array in side.write(each).items()} for each in given] for side in (native, page)]
    rules = {"rtol": 0, "atol": 0, "bounded_atol": 0, "outputs": {"text": {"scale": []}, "tokens": {"scale": []}, "context": {"scale": []}}}
    [said] = in_node([{"rules": rules, "expected": expected, "actual": actual, "near": [device.near(native, each, TIE) for each in given]}])
    return said


def test_a_device_that_rounds_is_not_called_wrong():
    said = on_device(Made(rounding=TIE / 2), GREEDY)
    assert said["wrong"] == [] and 0 < said["parted"] <= len(GREEDY)
    assert on_device(Made(), GREEDY) == {**said, "parted": 0}


def test_a_device_that_is_wrong_is_called_so():
    said = on_device(Made(rounding=2 * TIE), GREEDY)
    assert said["wrong"] and said["parted"] + len(said["wrong"]) <= len(GREEDY)
    other = on_device(Made(spread=1.0), GREEDY)
    assert len(other["wrong"]) + other["parted"] == 0, "the same order of tokens"
    shorter = [{**row, "max_new_tokens": 23} for row in GREEDY]
    native, given = Made(), feeds(GREEDY)
    rules = {"rtol": 0, "atol": 0, "bounded_atol": 0, "outputs": {"tokens": {"scale": []}}}
    sides = [[{name: golden.pack(array) for name, array in native.write(each).items()} for each in side] for side in (given, feeds(shorter))]
    [said] = in_node([{"rules": rules, "expected": sides[0], "actual": sides[1], "near": [device.near(native, each, TIE) for each in given]}])
    assert said["wrong"] and said["parted"] == 0
