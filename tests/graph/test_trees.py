"""float64 thresholds against float32: without the floor rows go to the wrong leaf, with it none does."""

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeRegressor

from mlweb.errors import UserError
from mlweb.graph.trees import floor_thresholds

CHANCE = np.random.default_rng(0)
ROWS = CHANCE.normal(size=(150, 3))
TARGET = ROWS @ [1, 2, 3] + CHANCE.normal(size=150)
FLOAT32 = ROWS.astype(np.float32)


def thresholds_of(tree):
    return tree.tree_.threshold[tree.tree_.feature >= 0]


@pytest.mark.parametrize(
    "estimator",
    [
        HistGradientBoostingRegressor(max_iter=30),
        HistGradientBoostingClassifier(max_iter=10),
        GradientBoostingClassifier(n_estimators=10),
        RandomForestRegressor(10),
        ExtraTreesRegressor(10),
        DecisionTreeRegressor(),
        VotingRegressor([("forest", RandomForestRegressor(5)), ("line", LinearRegression())]),
        make_pipeline(make_column_transformer(("passthrough", [0, 1, 2])), HistGradientBoostingRegressor(max_iter=10)),
    ],
    ids=lambda it: type(it).__name__,
)
def test_predictions_on_float32_stay_and_thresholds_become_float32(estimator):
    target = TARGET > 0 if "Classifier" in type(estimator).__name__ else TARGET
    estimator.fit(FLOAT32, target)
    before = estimator.predict(FLOAT32)
    assert floor_thresholds(estimator) > 0
    assert np.array_equal(before, estimator.predict(FLOAT32))
    assert floor_thresholds(estimator) == 0, "a second floor finds nothing left to do"


def test_a_tree_really_keeps_its_floored_thresholds():
    tree = DecisionTreeRegressor().fit(FLOAT32, TARGET)
    floor_thresholds(tree)
    assert np.array_equal(thresholds_of(tree), thresholds_of(tree).astype(np.float32))


def test_other_estimators_are_left_alone():
    assert floor_thresholds(LinearRegression().fit(FLOAT32, TARGET)) == 0


def lightgbm_of(rows, target):
    from lightgbm import LGBMRegressor

    return LGBMRegressor(n_estimators=20, min_child_samples=3, verbose=-1, n_jobs=1).fit(rows, target)


def test_lightgbm_is_floored_in_place_and_says_the_same():
    model = lightgbm_of(FLOAT32, TARGET)
    before = model.predict(FLOAT32)
    assert floor_thresholds(make_pipeline(model)) > 0
    assert np.array_equal(before, model.predict(FLOAT32))
    thresholds = [float(each) for line in model.booster_.model_to_string().splitlines() if line.startswith("threshold=") for each in line[10:].split()]
    assert thresholds and all(each == np.float32(each) for each in thresholds)
    assert floor_thresholds(model) == 0


def test_trees_of_xgboost_are_float32_already():
    from xgboost import XGBRegressor

    assert floor_thresholds(XGBRegressor(n_estimators=3).fit(FLOAT32, TARGET)) == 0


class RandomForestOfSomebody:
    """Looks like trees, and hides them."""

    def fit(self) -> None: ...


class ForestWithin:
    """Of somebody who builds on scikit-learn's trees."""

    def __init__(self):
        self.trees = [DecisionTreeRegressor().fit(FLOAT32, TARGET)]

    def fit(self) -> None: ...


def test_trees_that_cannot_be_reached_are_not_passed_over_in_silence():
    with pytest.raises(UserError, match="trees of RandomForestOfSomebody"):
        floor_thresholds(RandomForestOfSomebody())
    assert floor_thresholds(ForestWithin()) > 0
