"""What training leaves for the export, in model/trained.joblib."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlweb.errors import UserError, first_line
from mlweb.tabular import baseline
from mlweb.tabular.estimators import task

if TYPE_CHECKING:
    import pandas as pd

FILE = Path("model/trained.joblib")
NEEDED = ("estimator", "train", "heldout", "about")


@dataclass(frozen=True)
class Trained:
    """A fitted estimator, the tables it was trained on and is proven on (one row a case, one column an input), and what facts.json says besides.

    target: the name of the column that it predicts, of each where it predicts several: what training calls it, or the columns that it left; else empty.
    about: without metrics, those of a baseline are measured, where training left the column itself, as train_target and heldout_target.
    """

    estimator: Any
    train: "pd.DataFrame"
    heldout: "pd.DataFrame"
    about: dict[str, Any]
    target: list[str] = field(default_factory=list)

    @property
    def names(self) -> dict[str, str]:
        """Other names for the outputs: the one number that a regression predicts is called like its target."""
        is_one = len(self.target) == 1 and self.target[0] not in self.train.columns and task(self.estimator) == "regression"
        return {"prediction": self.target[0]} if is_one else {}


def load_trained(path: Path = FILE) -> Trained:
    """What the notebook left; raises UserError when it is missing, broken, or lacks a part."""
    if not path.is_file():
        raise UserError(f"{path} is missing: train first, with: uv run poe train")
    import joblib  # here, so that commands which train nothing do without it

    try:
        left = joblib.load(path)
    except Exception as error:  # whatever a pickle of other versions raises
        raise UserError(f"{path} can't be read ({type(error).__name__}: {first_line(error)}): train again, with: uv run poe train") from None
    missing = [name for name in NEEDED if not isinstance(left, dict) or name not in left]
    if missing:
        instead = "What was trained on no table is drafted from its export: uv run poe describe model/model.onnx"
        raise UserError(f'{path} has no "{missing[0]}": the last cell of a notebook on a table leaves {", ".join(NEEDED)} there. {instead}')
    named = left.get("target") or titles(left.get("train_target"))
    target = [str(each) for each in ([named] if isinstance(named, str) else named) if each]
    about, columns = dict(left["about"]), [left.get(name) for name in ("train_target", "heldout_target")]
    if "metrics" not in about and all(column is not None for column in columns):
        about |= baseline.measured(left["estimator"], left["heldout"], *columns)
    return Trained(left["estimator"], left["train"], left["heldout"], about, target)


def titles(columns: Any) -> list[str]:
    """The names of a pandas column or table; none of what has none."""
    named = getattr(columns, "columns", [getattr(columns, "name", None)])
    return list(named) if all(isinstance(each, str) for each in named) else []
