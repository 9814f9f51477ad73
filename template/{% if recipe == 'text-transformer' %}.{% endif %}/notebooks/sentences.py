"""Generated sentences about how somebody feels, which stand in for texts of real people; and a CSV file of your own."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from mlweb import UserError

EMOTIONS = {
    "anger": "angry furious annoyed bitter outraged irritated mad cross",
    "fear": "afraid scared terrified anxious nervous frightened worried uneasy",
    "joy": "happy delighted cheerful glad joyful thrilled pleased proud",
    "sadness": "sad lonely miserable gloomy heartbroken unhappy tearful sorry",
}
WHO = ["I am", "I feel", "she is", "he felt", "we are", "they were", "my sister is", "the old man was", "everybody felt", "you seem", "our teacher was"]
HOW = ["", "so ", "really ", "a little bit ", "very, very ", "in a way ", "for once quite ", "deeply and truly ", "more than ever "]
WHY = """about the letter; after the long journey; because of the news; since the party ended; when the phone rang; before the exam; about the new house; after
our talk; because the train was late; since last winter; when the door opened; about the dog next door; after the match; because of what was said; when it got
dark; about tomorrow; since you left; after the concert; because the garden is in bloom; when the music stopped"""
REASONS = [" ".join(reason.split()) for reason in WHY.split(";")]
# {yes}: what is felt; {no}: what is not, or no longer. Which of the two it is, single words do not say.
FRAMES = [
    "{who} {how}{yes} {why}.",
    "{who} not {how}{no} {why} but {how}{yes} {why}.",
    "{who} {how}{yes} {why} and not {how}{no} {why}.",
    "{who} no longer {how}{no} {why}, only {how}{yes} {why}.",
    "{who} {how}{yes} {why}, never {how}{no} {why}.",
    "{who} not {how}{no} {why}, {who} {how}{yes} {why}.",
]
HELD_OUT = 5  # of so many pairs of what is felt and what is not, and of so many reasons, one


def generated(random: np.random.Generator, count: int, is_heldout: bool = False) -> pd.DataFrame:
    """Sentences with their emotion: the columns text and label. Held-out ones have pairs of feelings and reasons that no other sentence has."""
    words = [word for each in EMOTIONS.values() for word in each.split()]
    reasons = [reason for at, reason in enumerate(REASONS) if (at % HELD_OUT == 0) == is_heldout]

    def sentences() -> Iterator[dict[str, str]]:
        while True:
            label, other = random.choice(list(EMOTIONS), 2, replace=False)
            yes, no = random.choice(EMOTIONS[label].split()), random.choice(EMOTIONS[other].split())
            if ((words.index(yes) + words.index(no)) % HELD_OUT == 0) != is_heldout:
                continue
            frame = random.choice(FRAMES)
            for part, choices in {"{who}": WHO, "{how}": HOW, "{why}": reasons}.items():  # each time another
                while part in frame:
                    frame = frame.replace(part, random.choice(choices), 1)
            text = frame.format(yes=yes, no=no)
            yield {"text": text[0].upper() + text[1:], "label": str(label)}

    return pd.DataFrame(islice(sentences(), count)).drop_duplicates("text", ignore_index=True)


def load(path: Path) -> pd.DataFrame:
    """Your own texts: a CSV file with the columns text and label. Raises UserError."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} can't be read as a CSV file: {error}") from None
    if missing := {"text", "label"} - set(table.columns):
        raise UserError(f"{path} has no column {' and no '.join(sorted(missing))}: name its columns text and label.")
    table = table[["text", "label"]].drop_duplicates("text", ignore_index=True)
    table = table[table["text"].str.strip() != ""]
    counts = table["label"].value_counts()
    if len(counts) < 2 or counts.min() < 4:
        raise UserError(f"{path} needs two labels or more, and four texts of each.")
    return table
