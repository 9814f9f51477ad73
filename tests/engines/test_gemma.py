"""A real model, Gemma 3 270M in a GGUF file: only where somebody has installed it (support/gemma.py), for nothing here fetches 253 MB."""

import json

import pytest

import gemma
import language_models
from mlweb.engines import gguf_file, llama
from mlweb.engines.gguf_file import Gguf

pytest.importorskip(gemma.PACKAGE)
pytestmark = pytest.mark.slow

COUNT = 16
NEARLY = 0.5  # nats between two tokens of which either may be the likeliest: weights of four bits are summed in another order by each processor


@pytest.mark.parametrize("engine", ["chromium"], indirect=True)
def test_it_writes_what_native_llama_writes(tab, hosted):
    """Token by token, up to one that is nearly as likely as another."""
    url, _ = hosted(gemma.model, gemma.METADATA)
    data = gemma.model()
    session = llama.session(data, {llama.ABOUT: llama.about(Gguf(data, gguf_file.Header(data).metadata()))}, 1)
    tab.go(url)
    tab.until("() => document.documentElement?.dataset.state === 'form'")  # so large a download waits for a word
    rows = gemma.rows(COUNT)
    expected, found = language_models.expected(rows, session), tab.call(language_models.RUN, json.dumps(rows))
    same = 0
    for row, (_, there, _), (_, here, _) in zip(rows, expected, found, strict=True):
        at = next((index for index, (left, right) in enumerate(zip(there, here, strict=True)) if left != right), COUNT)
        same += at
        if at < COUNT:
            scores = next(session.scores(session.tokens(row["prompt"], "", []), there[:at], 0))
            assert scores[there[at]] - scores[here[at]] < NEARLY, row
    assert same > COUNT * len(rows) / 2
