"""A list of texts of the project: a column of a CSV file."""

import csv
import io
from pathlib import Path

from mlweb import files
from mlweb.errors import UserError, first_line, nearest

MOST = 20_000  # texts: a page ranks them anew on each change of what is typed
COLUMN = "text"  # by default, where there are several
LISTED = 6  # names of columns in a sentence
DELIMITERS = (",", ";", "\t", "|")
NONE = "\x1f"  # of a file with one column: a comma is part of its texts


def read(root: Path, named: str, column: str | None) -> list[str]:
    """The texts of a column, in their order, without blank ones and repetitions. The first line names the columns. Raises UserError."""
    missing = f"there is no file {named}: put a CSV file there, with a line for each text below the name of its column."
    content = files.read_text(root, named, missing)
    head = content.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    delimiter = delimiter if delimiter in head else NONE
    try:
        rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UserError(f"{named} can't be read as a CSV file: {first_line(error)}.") from None
    names = [name.strip() for name in rows[0]] if rows else []
    if wide := next((number for number, row in enumerate(rows, 1) if any(row[len(names) :])), None):
        raise UserError(f"{named}: row {wide} has more cells than the first one names columns: put texts that contain a {delimiter!r} between quotation marks.")
    at = index(named, names, column)
    texts = list(dict.fromkeys(text for row in rows[1:] if len(row) > at and (text := row[at].strip())))
    if not texts:
        raise UserError(f"{named} has no texts: give it a line for each, below the name of the column.")
    if len(texts) > MOST:
        raise UserError(f"{named} has {len(texts):,} texts, and a page ranks at most {MOST:,}: make it shorter.")
    return texts


def index(named: str, names: list[str], column: str | None) -> int:
    """Which column holds the texts: the one that is named, the only one, or the one called `text`. Raises UserError."""
    wanted = column or (names[0] if len(names) == 1 else COLUMN)
    if wanted in names or not names:
        return names.index(wanted) if names else 0
    known = ", ".join(f'"{name}"' for name in names[:LISTED]) + (f" and {len(names) - LISTED:,} more" if len(names) > LISTED else "")
    if column is None:
        raise UserError(f"{named} has the columns {known}: say which holds the texts, as {{file: {named}, column: {names[0]}}}.")
    raise UserError(f'{named} has no column "{column}".{nearest(column, names) or f" It has {known}."}')
