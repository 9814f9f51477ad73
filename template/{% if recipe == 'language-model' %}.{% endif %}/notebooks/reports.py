"""Short news of small towns with their headlines, made from a grammar: no town, person or event in them is real."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from mlweb import UserError

TOWNS = [
    "Aldenau",
    "Birkwald",
    "Corvale",
    "Dunmere",
    "Elsport",
    "Farrow",
    "Grünau",
    "Hollin",
    "Ivershill",
    "Jessen",
    "Kirkmoor",
    "Lindau",
    "Marbeck",
    "Norwick",
    "Oakham",
    "Petersby",
    "Quarn",
    "Rosdal",
    "Silverton",
    "Tarnow",
    "Ullswick",
    "Varberg",
    "Westrum",
    "Yarrow",
]
PEOPLE = ("the mayor", "the council", "a baker", "the school", "a young teacher", "the fire brigade", "the museum", "a group of neighbours", "the choir")
DEEDS = {"opened": "opens", "repaired": "repairs", "painted": "paints", "celebrated": "celebrates", "closed": "closes", "sold": "sells"}
THINGS = (
    "a library",
    "the old bridge",
    "a playground",
    "the town hall",
    "a small theatre",
    "the railway station",
    "a market hall",
    "the swimming pool",
    "a garden",
    "the lighthouse",
    "a bicycle workshop",
    "the clock tower",
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MORE = (
    "Many people came to see it.",
    "It had taken three years of work.",
    "Nobody had expected it so soon.",
    "The weather was cold, but there was hot soup for everybody.",
    "Some neighbours were not happy about the noise.",
    "A band played until late in the evening.",
    "The money came from a lottery.",
    "Children from two schools sang a song.",
    "An old photograph had given the idea.",
)
PAIRS = list(product(TOWNS, THINGS))
HELDOUT = {pair for index, pair in enumerate(PAIRS) if index % 5 == 2}  # towns with things that no training text has together


def generated(random: np.random.Generator, count: int, is_heldout: bool = False) -> pd.DataFrame:
    """So many reports with their headlines, in the columns text and headline."""
    pairs = [pair for pair in PAIRS if (pair in HELDOUT) == is_heldout]
    rows = []
    for index in random.integers(len(pairs), size=count):
        town, thing = pairs[index]
        who, deed, day, more = (str(random.choice(options)) for options in (PEOPLE, list(DEEDS), DAYS, MORE))
        frames = (
            f"On {day} {who} in {town} {deed} {thing}. {more}",
            f"{who[0].upper()}{who[1:]} in {town} {deed} {thing} on {day}. {more}",
            f"In {town}, {who} {deed} {thing}. It was a {day}. {more}",
        )
        rows.append({"text": frames[random.integers(len(frames))], "headline": f"{town}: {who.removeprefix('the ').removeprefix('a ')} {DEEDS[deed]} {thing}"})
    return pd.DataFrame(rows)


def load(csv: Path) -> pd.DataFrame:
    """A table of your own with the columns text and headline; raises UserError."""
    try:
        table = pd.read_csv(csv, dtype=str)
    except (OSError, ValueError) as error:
        raise UserError(f"{csv} can't be read as a CSV file: {str(error).splitlines()[0]}") from None
    if lacking := next((name for name in ("text", "headline") if name not in table), None):
        raise UserError(f"{csv} has no column {lacking}: name its columns text and headline.")
    table = table[["text", "headline"]].apply(lambda column: column.fillna("").str.strip()).drop_duplicates()
    table = table[(table["text"] != "") & (table["headline"] != "")].reset_index(drop=True)
    if len(table) < 100:
        raise UserError(f"{csv} has {len(table)} texts with a headline: a model from nothing needs thousands, so bring 100 at the very least.")
    return table
