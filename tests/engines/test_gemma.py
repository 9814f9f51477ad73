"""A real model, Gemma 3 270M in a GGUF file: only where somebody has installed it (support/gemma.py), for nothing here fetches 253 MB.

Its weights have four to eight bits. llama.cpp then rounds to eight bits what it multiplies them with, and so whatever changes the order of a sum, such as
another build, another processor or flash attention, moves the scores by some 0.2 nats: in one and the same native build as much as between it and the page.
With the same weights in float32 nothing is rounded. There every token must be equal; in the file as it is, every one up to a tie.
"""

import json

import numpy as np
import pytest

import gemma
import language_models
from mlweb.engines import gguf_file, llama
from mlweb.engines.following import Follower

pytest.importorskip(gemma.PACKAGE)
pytestmark = pytest.mark.slow

COUNT = 32


def native(data: bytes) -> llama.LlamaModel:
    return llama.session(data, {llama.ABOUT: llama.about(gguf_file.read(data))}, 1)


def both(tab, hosted, model, session: llama.LlamaModel) -> list[tuple[dict, list[int], list[int]]]:
    """Each row, and its tokens here and in the page."""
    url, _ = hosted(model, gemma.METADATA)
    tab.go(url)
    tab.until("() => document.documentElement?.dataset.state === 'form'")  # so large a download waits for a word
    rows = gemma.rows(COUNT)
    expected, found = language_models.expected(rows, session), tab.call(language_models.RUN, json.dumps(rows))
    return [(row, here, there) for row, (_, here, _), (_, there, _) in zip(rows, expected, found, strict=True)]


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_in_full_it_writes_what_native_llama_writes(tab, hosted):
    for row, here, there in both(tab, hosted, gemma.in_full, native(gemma.in_full())):
        assert here == there, row


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_it_writes_what_native_llama_writes_up_to_a_tie(tab, hosted):
    assert llama.tie(gguf_file.read(gemma.model())) == llama.TIE
    session, others = native(gemma.model()), 0
    for row, _, there in both(tab, hosted, gemma.model, session):
        follower = Follower(there, llama.TIE)
        feeds = {name: np.array([value], language_models.DTYPES.get(name, np.int64)) for name, value in row.items()}
        assert session.write(feeds, follower)["tokens"][0].tolist() == there, (row, follower.lost)
        others += follower.others
    assert others < COUNT * len(gemma.PROMPTS) / 10
