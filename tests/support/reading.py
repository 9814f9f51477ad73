"""How easily a page reads: its prose, sentence by sentence, and Flesch's score of it."""

import re

from markdown_it import MarkdownIt

# Sentences as read: a colon or a semicolon ends one, too.
END = re.compile(r"(?<=[.!?:;…])\s+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœ]+")
WEIGHTS = {"en": (206.835, 1.015, 84.6), "fr": (207, 1.015, 73.6)}  # Flesch's for English, Kandel's and Moles's for French


def sentences(markdown: str) -> list[str]:
    """Those of paragraphs and lists, of three words or more. Headings and tables have no sentences; a piece of code counts as one word."""
    tokens = MarkdownIt("commonmark").enable("table").parse(re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL))
    found, in_table = [], False
    for before, token in zip([None, *tokens], tokens, strict=False):
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type == "inline" and not in_table and before is not None and before.type != "heading_open":
            parts = {"text": str, "code_inline": lambda code: "code", "softbreak": lambda space: " "}
            text = "".join(parts[child.type](child.content) for child in token.children or [] if child.type in parts)
            found += [sentence for sentence in END.split(text) if len(sentence.split()) > 2]
    return found


def syllables(word: str) -> int:
    """About as many as it has groups of vowels; a mute e at its end is none."""
    return max(1, len(VOWELS.findall(word.lower())) - (word.lower().endswith("e") and not word.lower().endswith("le")))


def ease(found: list[str], language: str = "en") -> float:
    """Reading ease: 60 and more is plain language, below 30 are papers and laws."""
    words = [word for sentence in found for word in WORD.findall(sentence)]
    start, of_length, of_syllables = WEIGHTS[language]
    return start - of_length * len(words) / len(found) - of_syllables * sum(map(syllables, words)) / len(words)
