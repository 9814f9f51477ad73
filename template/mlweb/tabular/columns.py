"""What a column of a pandas table is to a page, and how its cells become a tensor and a value that somebody types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from mlweb.codec.types import Row
from mlweb.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "integer", "boolean", "words", "date"]

# What an estimator can't compute with either -> the line of pandas that makes it something else; {} is the column, as Python writes its name.
CURES = {
    "interval": "frame[{0}] = frame[{0}].array.mid",
    "period": "frame[{0}] = frame[{0}].dt.year",
    "complex": "frame[{0}] = frame[{0}].abs()",
    "timedelta": "frame[{0}] = frame[{0}].dt.total_seconds()",
}
EXACT = 2**53  # whole numbers up to here are exact in a browser


@dataclass(frozen=True)
class Column:
    """One column of a table, as one input [N, 1] of the graph.

    dtype: of the tensor, one of float32, int64, bool, string. gaps: whether cells are missing (NaN, None, NaT, pandas.NA);
    they go into the graph as NaN, and as "" among words. Whole numbers and booleans with gaps are float32, so that NaN can stand for them.
    values: what a pandas category allows, in its order; empty for every other column.
    """

    name: str
    kind: Kind
    dtype: str
    gaps: bool
    values: tuple[Any, ...] = ()


def columns(frame: "pd.DataFrame") -> dict[str, Column]:
    """What each column of a table is, in its order; dates included, though no graph takes them (see `usable`).

    Raises UserError for names that are no text or come twice, and for cells that are neither numbers, booleans, words nor dates.
    """
    check_names(frame)
    odd: list[str] = []
    found = {}
    for name in frame.columns:
        try:
            found[name] = column(name, cast("pd.Series", frame[name]))
        except UserError as problem:
            odd += problem.sentences
    if odd:
        raise UserError(*odd)
    return found


def check_names(frame: Any) -> None:
    """Raises UserError when it is no table whose columns have a name each."""
    if not hasattr(frame, "dtypes") or not hasattr(frame, "columns"):
        raise UserError(
            f"A table must be a pandas DataFrame, with a name for each column, not a {type(frame).__name__}: pandas.DataFrame(values, columns=[…])."
        )
    odd = [f"The column name {name!r} is no text: frame.columns = frame.columns.astype(str)" for name in frame.columns if not isinstance(name, str) or not name]
    twice = sorted({name for name in frame.columns[frame.columns.duplicated()] if isinstance(name, str)})
    if sentences := odd + [f'The table has two columns named "{name}": rename one.' for name in twice]:
        raise UserError(*sentences)


def usable(frame: "pd.DataFrame") -> dict[str, Column]:
    """Columns that a graph can take; raises UserError with a sentence for each column of dates, which shows how numbers are made of it."""
    found = columns(frame)
    dates = [each.name for each in found.values() if each.kind == "date"]
    if dates:
        raise UserError(
            *(
                f'The column "{name}" holds dates, which no estimator computes with: make numbers of them before you train, such as '
                f"frame[{name + ' year'!r}] = pd.to_datetime(frame[{name!r}]).dt.year and "
                f"frame[{name + ' day'!r}] = pd.to_datetime(frame.pop({name!r})).dt.day_of_year"
                for name in dates
            )
        )
    return found


def feeds(frame: "pd.DataFrame", dtypes: Mapping[str, str] | None = None) -> dict[str, np.ndarray]:
    """Each column as the tensor [N, 1] that a page sends for it: float32, int64, bool or str (object), gaps as NaN or "".

    dtypes: column -> dtype of its input, as the training table had it; without them those of this very frame.
    """
    taken = dtypes if dtypes is not None else {name: each.dtype for name, each in usable(frame).items()}
    return {name: feed(cast("pd.Series", frame[name]), name, dtype) for name, dtype in taken.items()}


def rows(frame: "pd.DataFrame", dtypes: Mapping[str, str] | None = None) -> list[Row]:
    """Each row as somebody types it: column -> number, text, True or False, None for a gap. Numbers have the digits of a float32, no more."""
    typed = {}
    for name, sent in feeds(frame, dtypes).items():
        gaps = frame[name].isna().to_numpy()
        typed[name] = [None if gap else cell(value) for gap, value in zip(gaps, sent[:, 0], strict=True)]
    return [dict(zip(typed, values, strict=True)) for values in zip(*typed.values(), strict=True)]


def as_sent(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The same table with every fraction rounded to float32, as a page sends it; dtypes and all other columns stay as they are."""
    rounded = {}
    for name, dtype in frame.dtypes.items():
        if getattr(dtype, "kind", "") == "f" and not is_categorical(dtype):
            rounded[name] = frame[name].astype("float32" if isinstance(dtype, np.dtype) else "Float32").astype(dtype)
    return frame.assign(**rounded) if rounded else frame


def column(name: str, series: "pd.Series") -> Column:
    """What one column is; raises UserError when a page has nothing for it."""
    dtype: Any
    dtype, gaps = series.dtype, bool(series.isna().any())
    values: tuple[Any, ...] = ()
    if is_categorical(dtype):
        values = tuple(dtype.categories)
        found = column(name, dtype.categories.to_series())
        dtype_of = "float32" if gaps and found.kind in ("integer", "boolean") else found.dtype
        return Column(name, found.kind, dtype_of, gaps, tuple(each.item() if isinstance(each, np.generic) else each for each in values))
    kind = getattr(dtype, "kind", "O")
    if type(dtype).__name__ == "SparseDtype":
        raise UserError(f'The column "{name}" is sparse: frame[{name!r}] = frame[{name!r}].sparse.to_dense()')
    if kind == "M":
        return Column(name, "date", "string", gaps)
    for odd, cure in CURES.items():
        if dtype.name.startswith(odd):
            raise UserError(f'The column "{name}" is {dtype}, which a page can\'t send: {cure.format(repr(name))}')
    if kind == "f":
        return Column(name, "number", "float32", gaps)
    if kind == "b":
        return Column(name, "boolean", "float32" if gaps else "bool", gaps)
    if kind in "iu":
        known = series.dropna()
        if len(known) and max(abs(int(known.min())), abs(int(known.max()))) > EXACT:
            raise UserError(f'The column "{name}" holds whole numbers beyond 2^53, which no browser has exactly: frame[{name!r}] = frame[{name!r}].astype(str)')
        return Column(name, "integer", "float32" if gaps else "int64", gaps)
    return of_objects(name, series.dropna(), gaps)


def of_objects(name: str, cells: "pd.Series", gaps: bool) -> Column:
    """A column of Python objects or of pandas' text: words, or a sentence that says what else is in it."""
    kinds = {type(each) for each in cells}
    if all(issubclass(each, str) for each in kinds):
        if gaps and (cells == "").any():
            raise UserError(f'The column "{name}" has gaps and empty words, which look the same in a form: frame[{name!r}] = frame[{name!r}].fillna("")')
        return Column(name, "words", "string", gaps)
    if all(issubclass(each, bool | np.bool_) for each in kinds):
        raise UserError(f'The column "{name}" mixes booleans with gaps as objects: frame[{name!r}] = frame[{name!r}].astype("boolean").astype("float32")')
    if all(issubclass(each, int | float) or issubclass(each, np.number) or each.__name__ == "Decimal" for each in kinds):
        raise UserError(f'The column "{name}" holds numbers as objects: frame[{name!r}] = frame[{name!r}].astype("float32")')
    if all(each.__name__ in ("date", "datetime", "Timestamp") for each in kinds):
        return Column(name, "date", "string", gaps)
    what = " and ".join(sorted(each.__name__ for each in kinds))
    raise UserError(f'The column "{name}" holds {what}: make it words, with frame[{name!r}] = frame[{name!r}].astype(str), or leave it out.')


def feed(series: "pd.Series", name: str, dtype: str) -> np.ndarray:
    """One column as a tensor [N, 1] of a dtype of `Column`."""
    if dtype == "string":
        cells = series.astype(object).where(series.notna(), "")
        return np.array([str(each) for each in cells], object).reshape(-1, 1)
    of: Any = series.dtype
    if is_categorical(of):
        series = series.astype("float64" if series.isna().any() else of.categories.dtype)
    if dtype == "float32":
        return series.astype("Float64").to_numpy("float64", na_value=np.nan).astype(np.float32).reshape(-1, 1)
    if series.isna().any():
        raise UserError(f'The column "{name}" has gaps in these rows, but had none in training: leave such rows out, or train with gaps.')
    return series.to_numpy(dtype).reshape(-1, 1)


def cell(value: Any) -> Any:
    """A cell of a tensor as somebody types it: a float32 with the digits that it needs and no more."""
    return float(str(value)) if getattr(value, "dtype", None) == np.float32 else value.item() if hasattr(value, "item") else value


def is_categorical(dtype: Any) -> bool:
    return type(dtype).__name__ == "CategoricalDtype"
