"""The documentation reads easily, in both languages."""

import pytest
from test_docs import GENERATED, WRITTEN, text

from reading import ease, sentences

PLAIN = 60  # where plain language begins
LONGEST = 40  # words of a sentence, or of what stands between its colons and semicolons


@pytest.mark.parametrize("path", [path for path in WRITTEN if path not in GENERATED])
def test_a_page_is_plain_language(path):
    found = sentences(text(path))
    longest = max(found, key=lambda sentence: len(sentence.split()))
    assert len(longest.split()) <= LONGEST, longest
    assert ease(found, "fr" if "/fr/" in path else "en") >= PLAIN
