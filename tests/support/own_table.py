"""A table that no recipe uses: flats of an invented town and their rents, with words, numbers, yes and no, and gaps; as a file and as a model."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

TARGET = "Rent (EUR)"
WORDS = ["District", "heating"]


def flats(rows: int = 600) -> pd.DataFrame:
    """A table as somebody has it in a file: every type that a CSV can hold, in columns named as people name them."""
    chance = np.random.default_rng(7)
    districts = chance.choice(["Old Town", "Harbour", "St. Anne’s", "Mill Hill"], rows, p=[0.4, 0.3, 0.2, 0.1])
    area = chance.lognormal(4.1, 0.35, rows).clip(18, 190).round(1)
    table = pd.DataFrame(
        {
            "District": districts,
            "Area (m²)": area,
            "rooms": (area / 25).round().clip(1, 7).astype(int),
            "year built": chance.integers(1890, 2024, rows).astype(float),
            "heating": chance.choice(["gas", "district heat", "heat pump"], rows, p=[0.5, 0.3, 0.2]),
            "distance_km": chance.lognormal(1, 0.7, rows).clip(0.1, 20).round(1),
            "balcony": chance.random(rows) < 0.6,
        }
    )
    rent = 180 + 9.5 * table["Area (m²)"] + 120 * table["balcony"] - 25 * table["distance_km"]
    rent += table["District"].map({"Old Town": 150, "Harbour": 90, "St. Anne’s": 0, "Mill Hill": -80}) + 60 * (table["heating"] == "heat pump")
    table[TARGET] = (rent + chance.normal(0, 40, rows)).clip(150).round()
    table.loc[chance.random(rows) < 0.1, "year built"] = np.nan
    table.loc[chance.random(rows) < 0.08, "heating"] = None
    table.loc[chance.random(rows) < 0.05, "distance_km"] = np.nan
    return table


def write(path: Path) -> Path:
    """The table as a CSV file."""
    flats().to_csv(path, index=False)
    return path


def trained(table: pd.DataFrame | None = None, classify: bool = False) -> dict[str, Any]:
    """What training would leave: a model of the rent, or of whether a flat is cheap; the first two thirds of the table are for training."""
    table = flats() if table is None else table
    rent = table[TARGET]
    target = rent.lt(700).map({True: "cheap", False: "dear"}) if classify else rent
    inputs = table.drop(columns=TARGET).fillna({"heating": ""}) if "heating" in table else table.drop(columns=TARGET)
    words = [name for name in WORDS if name in inputs]
    encoded = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), words), remainder="passthrough", verbose_feature_names_out=False
    )
    trees = (HistGradientBoostingClassifier if classify else HistGradientBoostingRegressor)(max_iter=20, random_state=0)
    cut = len(table) * 2 // 3
    estimator = make_pipeline(encoded, trees).fit(inputs[:cut], target[:cut])
    about = {"rows": {"train": cut, "heldout": len(table) - cut}}
    return {"estimator": estimator, "train": inputs[:cut], "heldout": inputs[cut:], "about": about, "target": "price class" if classify else TARGET}
