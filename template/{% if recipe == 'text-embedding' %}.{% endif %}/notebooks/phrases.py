"""Generated questions to a library, each said in many ways, which stand in for those of real people; and a CSV file of your own pairs."""

from pathlib import Path

import numpy as np
import pandas as pd

from mlweb import UserError

# What one can do, and with what: the first way to say it is that of the list, the others mean the same.
ACTIONS = """borrow, take home, check out, get on loan; return, give back, hand in, bring back; renew, extend the loan of, keep for longer, hold on to;
reserve, put on hold, set aside, have kept for me; find, look up, locate, track down; report the loss of, say that I lost, declare missing, admit I mislaid;
copy, duplicate, scan, reproduce; repair, mend, fix, patch up; donate, give away, contribute, make a gift of; buy, purchase, acquire, get for good;
recommend, suggest, propose, speak up for; review, rate, judge, write an opinion on; send, post, mail, ship;
insure, cover against damage, protect, underwrite"""
THINGS = """a book, a novel, a paperback, a volume; a film, a movie, a motion picture, a DVD; a game, something to play, a set of cards, a puzzle;
a magazine, a journal, a periodical, a monthly; a record, an album, a CD, some music; a map, an atlas, a city plan, a chart;
an e-book, a digital text, something for my reader, an electronic edition; an audiobook, a talking book, a recording of a story, something read aloud;
a guitar, an instrument, a violin, a drum; a laptop, a portable computer, a notebook, a machine to work on; a newspaper, a daily, the morning paper, the press;
a painting, an artwork, a canvas, a picture for the wall; a tool, a drill, a hammer, a saw; a telescope, a spyglass, optics for the stars, a stargazing device;
a bicycle, a bike, a two-wheeler, a cycle; a costume, a disguise, fancy dress, a carnival outfit; a tent, camping gear, a shelter for outdoors, a bivouac;
a camera, a photographic device, something to take pictures, a lens"""
FRAMES = """How do I {do} {it}?; Where can I {do} {it}?; I want to {do} {it}.; Can somebody help me to {do} {it}?; Is it possible to {do} {it} here?;
My daughter would like to {do} {it}.; What does it cost to {do} {it}?; Please tell me how to {do} {it}; Who lets me {do} {it} today?; {do} {it};
I was told that one can {do} {it} at your place.; We have been trying to {do} {it} since Monday.; Am I allowed to {do} {it} without a card?"""
LISTED = "How do I {do} {it}?"
HELD_OUT = 5  # of so many pairs of an action and a thing, one


def ways(text: str) -> list[list[str]]:
    """Lists of words that mean the same."""
    return [[" ".join(way.split()) for way in each.split(",")] for each in text.split(";")]


DOING, WITH = ways(ACTIONS), ways(THINGS)
SAYING = [" ".join(frame.split()) for frame in FRAMES.split(";")]


def meanings(is_heldout: bool) -> list[tuple[int, int]]:
    """Pairs of an action and a thing. Training sees each action and each thing, but never a held-out pair of them."""
    pairs = ((do, it) for do in range(len(DOING)) for it in range(len(WITH)))
    return [(do, it) for do, it in pairs if ((do + it) % HELD_OUT == 0) == is_heldout]


def said(random: np.random.Generator, do: int, it: int) -> str:
    """One of the many ways to ask for something."""
    text = random.choice(SAYING).format(do=random.choice(DOING[do]), it=random.choice(WITH[it]))
    return text[0].upper() + text[1:]


def questions() -> list[str]:
    """The list that is searched: each meaning once."""
    return [LISTED.format(do=DOING[do][0], it=WITH[it][0]) for do in range(len(DOING)) for it in range(len(WITH))]


def generated(random: np.random.Generator, count: int, is_heldout: bool = False) -> pd.DataFrame:
    """Pairs of texts that mean the same: the columns text, alike and meaning. The second text of a held-out pair is that of the list."""
    found = meanings(is_heldout)
    rows = []
    for meaning in random.integers(0, len(found), count):
        do, it = found[meaning]
        alike = LISTED.format(do=DOING[do][0], it=WITH[it][0]) if is_heldout else said(random, do, it)
        rows.append({"text": said(random, do, it), "alike": alike, "meaning": meaning})
    table = pd.DataFrame(rows)
    return table[table["text"] != table["alike"]].drop_duplicates("text", ignore_index=True)


def load(path: Path) -> pd.DataFrame:
    """Your own pairs: a CSV file with the columns text and alike, two texts that mean the same. Raises UserError."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} can't be read as a CSV file: {error}") from None
    if missing := {"text", "alike"} - set(table.columns):
        raise UserError(f"{path} has no column {' and no '.join(sorted(missing))}: name its columns text and alike.")
    table = table[["text", "alike"]].drop_duplicates("text", ignore_index=True)
    table = table[(table["text"].str.strip() != "") & (table["alike"].str.strip() != "")]
    if len(table) < 40 or table["alike"].nunique() < 2:
        raise UserError(f"{path} needs forty pairs or more, with different texts in the column alike.")
    return table.assign(meaning=table.groupby("alike").ngroup())
