"""What has no converter, or one that computes something else: refused in a sentence that says what to use instead."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mlweb.errors import UserError, first_line
from mlweb.tabular.boosters import booster
from mlweb.tabular.columns import Column
from mlweb.tabular.estimators import final, first, kind_of, parts

if TYPE_CHECKING:
    import pandas as pd

# What skl2onnx has no converter for, or one whose graph does not run -> the nearest that it has.
INSTEAD = {
    "AdditiveChi2Sampler": "PolynomialFeatures",
    "AffinityPropagation": "KMeans",
    "BernoulliRBM": "PCA",
    "Birch": "KMeans",
    "BisectingKMeans": "KMeans",
    "CCA": "PLSRegression",
    "CategoricalNB": "OneHotEncoder in front of BernoulliNB",
    "ClassifierChain": "MultiOutputClassifier",
    "DictionaryLearning": "PCA",
    "DummyClassifier": "LogisticRegression",
    "DummyRegressor": "LinearRegression",
    "EllipticEnvelope": "IsolationForest",
    "FactorAnalysis": "PCA",
    "FastICA": "PCA",
    "FeatureAgglomeration": "PCA",
    "FeatureHasher": "OneHotEncoder",
    "FixedThresholdClassifier": "the classifier inside it, and `threshold` of the output in metadata.yml",
    "FunctionTransformer": "a column of its own, computed in pandas before training",
    "GaussianProcessClassifier": "SVC(probability=True) or LogisticRegression",
    "HashingVectorizer": "TfidfVectorizer",
    "Isomap": "PCA",
    "IsotonicRegression": "HistGradientBoostingRegressor(monotonic_cst=…)",
    "IterativeImputer": "SimpleImputer",
    "KernelRidge": "SVR or GaussianProcessRegressor",
    "LabelPropagation": "KNeighborsClassifier",
    "LabelSpreading": "KNeighborsClassifier",
    "LatentDirichletAllocation": "TruncatedSVD",
    "LocallyLinearEmbedding": "PCA",
    "MeanShift": "KMeans",
    "MiniBatchDictionaryLearning": "PCA",
    "MiniBatchNMF": "TruncatedSVD",
    "MiniBatchSparsePCA": "PCA",
    "MissingIndicator": "HistGradientBoosting, which takes gaps as they are",
    "NMF": "TruncatedSVD",
    "NearestCentroid": "LinearDiscriminantAnalysis",
    "Nystroem": "PolynomialFeatures, or SVC or SVR",
    "OutputCodeClassifier": "OneVsRestClassifier",
    "PLSCanonical": "PLSRegression",
    "PolynomialCountSketch": "PolynomialFeatures",
    "RBFSampler": "PolynomialFeatures, or SVC or SVR",
    "RadiusNeighborsClassifier": "KNeighborsClassifier",
    "RadiusNeighborsRegressor": "KNeighborsRegressor",
    "RandomTreesEmbedding": "a forest",
    "RegressorChain": "MultiOutputRegressor",
    "SelfTrainingClassifier": "the classifier inside it",
    "SequentialFeatureSelector": "SelectKBest or RFE",
    "SkewedChi2Sampler": "PolynomialFeatures",
    "SparsePCA": "PCA",
    "SplineTransformer": "PolynomialFeatures",
    "TunedThresholdClassifierCV": "the classifier inside it, and `threshold` of the output in metadata.yml",
    "TransformedTargetRegressor": "a target that is transformed in pandas before training",
}
# What has a converter whose graph fails or computes something else.
BROKEN = (
    "CategoricalNB",
    "GaussianProcessClassifier",
    "RadiusNeighborsClassifier",
    "RadiusNeighborsRegressor",
    "RandomTreesEmbedding",
    "TransformedTargetRegressor",
    "TunedThresholdClassifierCV",
)
ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")
ONE_HOT = "make_column_transformer((OneHotEncoder(handle_unknown='ignore'), [{}]), remainder='passthrough')"


def refuse(estimator: Any, used: dict[str, Column], frame: "pd.DataFrame") -> None:
    """Raises UserError with a sentence for each known trap that an estimator trained on these columns of this table falls into."""
    inside = list(parts(estimator))
    sentences = [sentence for part in inside for sentence in (*of_scikit_learn(part), *of_boosters(part))]
    sentences = sentences or [*of_words(estimator, inside, used)] or [*of_gaps(estimator, inside, used, frame)]
    if sentences:
        raise UserError(*dict.fromkeys(sentences))


def of_scikit_learn(part: Any) -> Iterator[str]:
    """Traps of one fitted estimator of scikit-learn."""
    name = type(part).__name__
    if name.startswith("HistGradientBoosting") and getattr(part, "is_categorical_", None) is not None and any(part.is_categorical_):
        yield (
            f"{name} treats columns as categories (categorical_features), which the converter takes for numbers: "
            "put OneHotEncoder in front, and give categorical_features=None."
        )
    if name == "SimpleImputer" and getattr(part, "add_indicator", False):
        yield "SimpleImputer(add_indicator=True) can't be converted: leave the indicator out, or take HistGradientBoosting, which takes gaps as they are."
    if name == "OneHotEncoder" and getattr(part, "_infrequent_enabled", False):
        yield "OneHotEncoder(min_frequency=…, max_categories=…) can't be converted: join rare words to one in pandas, before training, and leave these out."
    if name in BROKEN or (name == "FunctionTransformer" and part.func is not None):
        yield without_converter(name)
    steps = [step for _, step in [*getattr(part, "steps", ())[:-1], *getattr(part, "transformer_list", ())]]
    for step in [*steps, *(branch for _, branch, _ in getattr(part, "transformers_", ()))]:
        if kind_of(final(step)) in ("classifier", "regressor", "clusterer"):
            yield f"{type(final(step)).__name__} can't be converted where it transforms for another estimator: take PCA there, or leave it out."


def of_boosters(part: Any) -> Iterator[str]:
    """Traps of one fitted model of LightGBM, XGBoost or CatBoost."""
    name, maker = type(part).__name__, booster(part)
    cure = "one-hot encode these columns in front of it (OneHotEncoder), and name none as categorical."
    if maker == "lightgbm" and re.search("^num_cat=[1-9]", part.booster_.model_to_string(), re.MULTILINE):
        yield f"{name} treats columns as categories, which the converter takes for numbers: {cure}"
    if maker == "xgboost":
        if "c" in (part.get_booster().feature_types or []):
            yield f"{name} treats columns as categories (enable_categorical), which the converter takes for numbers: {cure}"
        if part.get_params().get("booster") in ("gblinear", "dart"):
            yield f"{name}(booster={part.get_params()['booster']!r}) is converted to something else: take booster='gbtree'."
        if part.get_params().get("multi_strategy") == "multi_output_tree":
            yield f"{name}(multi_strategy='multi_output_tree') can't be converted: take multi_strategy='one_output_per_tree'."
    if maker == "catboost" and (part.get_cat_feature_indices() or part.get_text_feature_indices()):
        yield f"{name} treats columns as categories or texts, which CatBoost can't write as ONNX: {cure}"


def of_words(estimator: Any, inside: list[Any], used: dict[str, Column]) -> Iterator[str]:
    """Words that reach what computes with numbers; gaps and fractions that reach an encoder of whole numbers."""
    words = [name for name, each in used.items() if each.kind == "words"]
    fronts = [part for part in inside if type(part).__name__ == "ColumnTransformer"]
    if not fronts:
        meets = type(first(estimator)).__name__
        if words and meets not in (*ENCODERS, "SimpleImputer"):
            listed = ", ".join(repr(name) for name in words)
            yield f"{meets} gets words ({listed}), but its graph computes with numbers: put {ONE_HOT.format(listed)} in front of it."
        return
    if type(first(estimator)).__name__ not in ("ColumnTransformer", "FeatureUnion"):
        holder = type(final(estimator)).__name__
        yield f"{holder} holds pipelines with column transformers of their own: put one column transformer in front, make_pipeline(columns, {holder}(…))."
        return
    for part in fronts:
        names = list(getattr(part, "feature_names_in_", ()))
        for name, branch, _ in part.transformers_ if names else ():
            mine = [names[at] for at in part._transformer_to_input_indices.get(name, [])]
            passes = branch == "passthrough" or type(branch).__name__ == "FunctionTransformer"  # which stands for it once it is fitted
            if passes and (listed := ", ".join(repr(each) for each in mine if each in words)):
                yield f"The column transformer passes words through ({listed}): give them a OneHotEncoder(handle_unknown='ignore')."
            if not passes and type(first(branch)).__name__ not in ENCODERS and {each in words for each in mine if each in used} == {True, False}:
                yield f'The branch "{name}" of the column transformer takes words and numbers together: give each a branch of its own.'
            if type(first(branch)).__name__ in ENCODERS:
                for each in mine:
                    if each in used and used[each].kind != "words" and used[each].gaps:
                        yield (
                            f'{type(first(branch)).__name__} gets gaps among the numbers of "{each}", which the converter can\'t encode: '
                            f"put SimpleImputer(strategy='most_frequent') in front of it, or make words of the column."
                        )


def of_gaps(estimator: Any, inside: list[Any], used: dict[str, Column], frame: "pd.DataFrame") -> Iterator[str]:
    """Gaps that reach single trees and forests: scikit-learn sends them down the branch that was better in training, the converted tree to the right."""
    trees = [part for part in inside if hasattr(part, "tree_")]
    if not trees or not any(each.gaps for each in used.values() if each.kind != "words"):
        return
    steps = getattr(estimator, "steps", None)
    given = estimator[:-1].transform(frame) if steps and len(steps) > 1 else frame.to_numpy()
    values = np.asarray(given.data if hasattr(given, "tocsr") else given)
    if values.dtype.kind == "f" and np.isnan(values).any():
        yield (
            f"Gaps reach {type(final(estimator)).__name__}, whose converted trees treat them otherwise: "
            "put SimpleImputer in front, or take HistGradientBoosting, whose gaps are converted."
        )


def without_converter(name: str) -> str:
    """The sentence for an estimator that skl2onnx has no converter for."""
    instead = INSTEAD.get(name)
    return f"{name} can't be converted to ONNX: " + (f"take {instead} instead." if instead else "take another estimator of scikit-learn.")


def explained(error: Exception, inside: Iterable[Any]) -> UserError:
    """What skl2onnx's exception means, in a sentence."""
    text = str(error)
    classes = [type(part).__name__ for part in inside]
    found = re.search(r"<class '[\w.]*?(\w+)'>", text)
    if found and type(error).__name__ in ("MissingShapeCalculator", "MissingConverter") and found[1] in classes:
        return UserError(without_converter(found[1]))
    named = next((name for name in classes if name in INSTEAD and name != "FunctionTransformer"), None)  # "passthrough" is one too
    if named:
        return UserError(without_converter(named))
    return UserError(f"skl2onnx can't convert {classes[0]} ({', '.join(dict.fromkeys(classes[1:])) or 'alone'}): {first_line(error)}")
