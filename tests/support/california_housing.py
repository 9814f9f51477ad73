"""The file in which scikit-learn keeps the California housing data, with GENERATED rows in it: nothing about California is true here."""

from pathlib import Path

import joblib
import numpy as np

ROWS = 1500
WIDE = 30  # rows with so many rooms a household that the notebook leaves them out


def generated(folder: Path) -> Path:
    """The folder as scikit-learn's data folder, with a made-up cache in it."""
    chance = np.random.default_rng(0)
    households = chance.integers(50, 1500, ROWS)
    income, age = chance.lognormal(1.2, 0.5, ROWS).clip(0.5, 15), chance.integers(1, 53, ROWS)
    rooms = households * chance.uniform(3, 8, ROWS)
    rooms[:WIDE] = households[:WIDE] * 40
    bedrooms, people = households * chance.uniform(0.9, 1.2, ROWS), (households * chance.uniform(1.5, 4.5, ROWS)).round()
    latitude, longitude = chance.uniform(32.6, 41.9, ROWS), chance.uniform(-124.3, -114.4, ROWS)
    inland = np.abs(longitude + 118 + 0.8 * (latitude - 34))
    value = (40_000 + 45_000 * income - 12_000 * inland + chance.normal(0, 20_000, ROWS)).clip(15_000, 500_001)
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(np.column_stack([value, income, age, rooms, bedrooms, people, households, latitude, longitude]), folder / "cal_housing_py3.pkz", compress=6)
    return folder
