"""The estimators that `mlweb.tabular` is held to, over a plain table and over a mixed one; docs/reference/estimators.md is written from this list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import DBSCAN, Birch, KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import NMF, PCA, FastICA, IncrementalPCA, KernelPCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Perceptron,
    PoissonRegressor,
    QuantileRegressor,
    RANSACRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDOneClassSVM,
    TheilSenRegressor,
)
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, LocalOutlierFactor, RadiusNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR, NuSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mlweb.errors import UserError
from mlweb.graph.onnx_file import finalize
from mlweb.tabular.comparison import compared
from mlweb.tabular.convert import to_onnx

ROWS, TRAINED = 160, 110
NUMBERS, WHOLE, SWITCH, WORDS, CODE = ["Länge (mm)", "weight [g]"], ["age"], ["is new"], ["espèce", "city"], ["code"]


@dataclass(frozen=True)
class Case:
    """An estimator, what it is trained to predict (a key of `targets`; "" for nothing), and where it is refused, what the sentence names.

    instead: a word of the sentence, for both tables; empty where it converts. tables: those that it makes sense for.
    is_whole: whether it takes the mixed table as it is; else encoders stand in front of it there.
    """

    name: str
    make: Callable[[], Any]
    target: str
    instead: str = ""
    tables: tuple[str, ...] = ("plain", "mixed")
    is_whole: bool = False


def plain() -> pd.DataFrame:
    """Four columns of numbers, one of them whole."""
    chance = np.random.default_rng(1)
    table = pd.DataFrame(chance.normal(size=(ROWS, 3)), columns=["a", "b", "c (cm)"])
    return table.assign(d=chance.integers(0, 5, ROWS))


def mixed() -> pd.DataFrame:
    """Numbers with gaps, whole numbers, a switch, words with gaps, a code, and names that a graph must not change."""
    chance = np.random.default_rng(2)
    table = pd.DataFrame(
        {
            "Länge (mm)": chance.normal(40, 5, ROWS).round(1),
            "espèce": chance.choice(["Adélie", "Gentoo", "Chin strap"], ROWS),
            "weight [g]": np.where(chance.random(ROWS) < 0.15, np.nan, chance.normal(4000, 500, ROWS).round()),
            "is new": chance.random(ROWS) < 0.4,
            "age": chance.integers(1, 60, ROWS),
            "city": pd.Series(chance.choice(["Ürümqi", "Lyon", "Oslo"], ROWS)).mask(chance.random(ROWS) < 0.1),
            "code": chance.choice([3, 5, 16_777_217], ROWS),  # the last has no float32
        }
    )
    return table


TABLES = {"plain": plain, "mixed": mixed}


def targets(kind: str) -> dict[str, Any]:
    """What there is to predict in a table, by name: a number, two or three classes, several of them."""
    table = TABLES[kind]()
    if kind == "plain":
        number = table["a"] + 2 * table["b"] - table["c (cm)"] + table["d"] / 3
    else:
        number = (
            table["Länge (mm)"] / 5 + table["age"] / 20 + 3 * (table["espèce"] == "Gentoo") + 2 * table["is new"] - (table["code"] == 5) + table["city"].isna()
        )
    number = (number + np.random.default_rng(3).normal(0, 0.3, ROWS)).to_numpy()
    third = np.digitize(number, np.quantile(number, [1 / 3, 2 / 3]))
    high, labels = number > np.median(number), np.stack([number > np.quantile(number, share) for share in (0.3, 0.5, 0.7)], axis=1)
    return {
        "number": number,
        "count": np.floor(np.abs(number)) + 1,
        "numbers": np.stack([number, -number, number**2], axis=1),
        "words": np.array(["low", "mittel", "haut"])[third],
        "codes": third,
        "two": np.where(high, "yes", "no"),
        "flag": high.astype(int),
        "labels": labels.astype(int),
        "classes": np.stack([third, high.astype(int)], axis=1),
        "": None,
    }


def encoded(numbers: Any, words: Any = None) -> ColumnTransformer:
    """What stands in front of an estimator on the mixed table."""
    words, codes = words or OneHotEncoder(handle_unknown="ignore", sparse_output=False), OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("words", words, WORDS), ("code", codes, CODE), ("switch", "passthrough", SWITCH), ("numbers", numbers, NUMBERS + WHOLE)])


def fitted(case: Case, kind: str) -> Any:
    """The estimator of a case, trained on one of the tables."""
    table, target = TABLES[kind]()[:TRAINED], targets(kind)[case.target]
    estimator = case.make()
    if kind == "mixed" and not case.is_whole:
        estimator = make_pipeline(encoded(make_pipeline(SimpleImputer(strategy="median"), StandardScaler())), estimator)
    return estimator.fit(table) if target is None else estimator.fit(table, target[:TRAINED])


def lightgbm(name: str, **settings: Any) -> Any:
    import lightgbm

    return getattr(lightgbm, name)(n_estimators=8, num_leaves=7, min_child_samples=5, verbose=-1, n_jobs=1, **settings)


def xgboost(name: str, **settings: Any) -> Any:
    import xgboost

    return getattr(xgboost, name)(n_estimators=8, max_depth=3, n_jobs=1, **settings)


def catboost(name: str, **settings: Any) -> Any:
    import catboost

    return getattr(catboost, name)(iterations=8, depth=3, verbose=False, allow_writing_files=False, thread_count=1, **settings)


def members(*classes: Any) -> list[tuple[str, Any]]:
    return [(f"{each.__class__.__name__}{at}", each) for at, each in enumerate(classes)]


CLASSIFIERS = [
    Case("LogisticRegression", lambda: LogisticRegression(max_iter=300), "words"),
    Case("RidgeClassifier, two classes", RidgeClassifier, "two"),
    Case("RidgeClassifier", RidgeClassifier, "words"),
    Case("SGDClassifier(loss='hinge')", lambda: SGDClassifier(random_state=0), "words"),
    Case("SGDClassifier(loss='log_loss')", lambda: SGDClassifier(loss="log_loss", random_state=0), "words"),
    Case("Perceptron, two classes", lambda: Perceptron(random_state=0), "two"),
    Case("LinearSVC, two classes", LinearSVC, "two"),
    Case("LinearSVC", LinearSVC, "words"),
    Case("SVC, two classes", SVC, "two"),
    Case("SVC", SVC, "words"),
    Case("NuSVC", lambda: NuSVC(nu=0.2), "two"),
    Case("KNeighborsClassifier", KNeighborsClassifier, "words"),
    Case("GaussianNB", GaussianNB, "codes"),
    Case("BernoulliNB", BernoulliNB, "words"),
    Case("LinearDiscriminantAnalysis", LinearDiscriminantAnalysis, "words"),
    Case("QuadraticDiscriminantAnalysis", lambda: QuadraticDiscriminantAnalysis(reg_param=0.1), "words"),
    Case("DecisionTreeClassifier", lambda: DecisionTreeClassifier(max_depth=5, random_state=0), "words"),
    Case("RandomForestClassifier", lambda: RandomForestClassifier(8, random_state=0), "words"),
    Case("ExtraTreesClassifier", lambda: ExtraTreesClassifier(8, random_state=0), "words"),
    Case("GradientBoostingClassifier", lambda: GradientBoostingClassifier(n_estimators=8, random_state=0), "words"),
    Case("HistGradientBoostingClassifier", lambda: HistGradientBoostingClassifier(max_iter=8), "words"),
    Case("AdaBoostClassifier", lambda: AdaBoostClassifier(n_estimators=8, random_state=0), "words"),
    Case("BaggingClassifier", lambda: BaggingClassifier(n_estimators=5, random_state=0), "words"),
    Case("MLPClassifier", lambda: MLPClassifier((8,), max_iter=60, random_state=0), "words"),
    Case(
        "VotingClassifier(voting='soft')",
        lambda: VotingClassifier(members(LogisticRegression(), DecisionTreeClassifier(max_depth=3, random_state=0)), voting="soft"),
        "words",
    ),
    Case(
        "VotingClassifier(voting='hard')",
        lambda: VotingClassifier(members(LogisticRegression(), GaussianNB(), DecisionTreeClassifier(max_depth=3, random_state=0))),
        "words",
    ),
    Case("StackingClassifier", lambda: StackingClassifier(members(LogisticRegression(), DecisionTreeClassifier(max_depth=3, random_state=0)), cv=3), "words"),
    Case("CalibratedClassifierCV(LinearSVC)", lambda: CalibratedClassifierCV(LinearSVC(), cv=3), "words"),
    Case("CalibratedClassifierCV(forest, isotonic)", lambda: CalibratedClassifierCV(RandomForestClassifier(5, random_state=0), method="isotonic", cv=3), "two"),
    Case("OneVsRestClassifier", lambda: OneVsRestClassifier(LogisticRegression()), "codes"),
    Case("OneVsOneClassifier", lambda: OneVsOneClassifier(LogisticRegression()), "codes"),
    Case("TunedThresholdClassifierCV", lambda: TunedThresholdClassifierCV(LogisticRegression(), cv=3), "flag", "threshold"),
    Case("GridSearchCV", lambda: GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=3), "words"),
    Case("LGBMClassifier", lambda: lightgbm("LGBMClassifier"), "words"),
    Case("LGBMClassifier, two classes", lambda: lightgbm("LGBMClassifier"), "two"),
    Case("XGBClassifier", lambda: xgboost("XGBClassifier"), "codes"),
    Case("XGBClassifier, two classes", lambda: xgboost("XGBClassifier"), "flag"),
    Case("CatBoostClassifier", lambda: catboost("CatBoostClassifier"), "words"),
    Case("CatBoostClassifier, two classes", lambda: catboost("CatBoostClassifier"), "two"),
    Case("GaussianProcessClassifier", lambda: GaussianProcessClassifier(), "two", "SVC"),
    Case(
        "CategoricalNB",
        lambda: make_pipeline(KBinsDiscretizer(4, encode="ordinal", quantile_method="averaged_inverted_cdf"), CategoricalNB()),
        "words",
        "BernoulliNB",
        ("plain",),
    ),
    Case("LabelSpreading", LabelSpreading, "codes", "KNeighborsClassifier"),
    Case("SelfTrainingClassifier", lambda: SelfTrainingClassifier(LogisticRegression()), "codes", "the classifier inside it"),
]
SEVERAL = [
    Case("RandomForestClassifier", lambda: RandomForestClassifier(8, random_state=0), "labels"),
    Case("KNeighborsClassifier", KNeighborsClassifier, "labels"),
    Case("MLPClassifier", lambda: MLPClassifier((8,), max_iter=60, random_state=0), "labels"),
    Case("OneVsRestClassifier", lambda: OneVsRestClassifier(LogisticRegression()), "labels"),
    Case("MultiOutputClassifier(LogisticRegression)", lambda: MultiOutputClassifier(LogisticRegression()), "labels"),
    Case("MultiOutputClassifier(forest), classes", lambda: MultiOutputClassifier(RandomForestClassifier(5, random_state=0)), "classes"),
    Case("RandomForestClassifier, classes", lambda: RandomForestClassifier(8, random_state=0), "classes"),
    Case("ClassifierChain", lambda: ClassifierChain(LogisticRegression()), "labels", "MultiOutputClassifier"),
    Case("LinearRegression", LinearRegression, "numbers"),
    Case("RandomForestRegressor", lambda: RandomForestRegressor(8, random_state=0), "numbers"),
    Case("KNeighborsRegressor", KNeighborsRegressor, "numbers"),
    Case("MLPRegressor", lambda: MLPRegressor(hidden_layer_sizes=(8,), max_iter=60, random_state=0), "numbers"),
    Case("MultiOutputRegressor(HistGradientBoosting)", lambda: MultiOutputRegressor(HistGradientBoostingRegressor(max_iter=5)), "numbers"),
]
REGRESSORS = [
    Case("LinearRegression", LinearRegression, "number"),
    Case("Ridge", Ridge, "number"),
    Case("Lasso", lambda: Lasso(0.01), "number"),
    Case("ElasticNet", lambda: ElasticNet(0.01), "number"),
    Case("BayesianRidge", BayesianRidge, "number"),
    Case("HuberRegressor", lambda: HuberRegressor(max_iter=500), "number"),
    Case("TheilSenRegressor", lambda: TheilSenRegressor(max_subpopulation=50, random_state=0), "number"),
    Case("RANSACRegressor", lambda: RANSACRegressor(random_state=0), "number"),
    Case("QuantileRegressor", lambda: QuantileRegressor(alpha=0.01), "number"),
    Case("PoissonRegressor", lambda: PoissonRegressor(max_iter=300), "count"),
    Case("PLSRegression", PLSRegression, "number"),
    Case("SVR", SVR, "number"),
    Case("LinearSVR", lambda: LinearSVR(max_iter=5000, random_state=0), "number"),
    Case("KNeighborsRegressor", KNeighborsRegressor, "number"),
    Case("GaussianProcessRegressor", lambda: GaussianProcessRegressor(RBF() + WhiteKernel(), normalize_y=True), "number"),
    Case("MLPRegressor", lambda: MLPRegressor(hidden_layer_sizes=(8,), max_iter=60, random_state=0), "number"),
    Case("DecisionTreeRegressor", lambda: DecisionTreeRegressor(random_state=0), "number"),
    Case("RandomForestRegressor", lambda: RandomForestRegressor(8, random_state=0), "number"),
    Case("ExtraTreesRegressor", lambda: ExtraTreesRegressor(8, random_state=0), "number"),
    Case("GradientBoostingRegressor", lambda: GradientBoostingRegressor(n_estimators=8, random_state=0), "number"),
    Case("HistGradientBoostingRegressor", lambda: HistGradientBoostingRegressor(max_iter=8), "number"),
    Case("AdaBoostRegressor", lambda: AdaBoostRegressor(n_estimators=5, random_state=0), "number"),
    Case("BaggingRegressor", lambda: BaggingRegressor(n_estimators=5, random_state=0), "number"),
    Case("VotingRegressor", lambda: VotingRegressor(members(Ridge(), DecisionTreeRegressor(max_depth=3, random_state=0))), "number"),
    Case("StackingRegressor", lambda: StackingRegressor(members(Ridge(), DecisionTreeRegressor(max_depth=3, random_state=0)), cv=3), "number"),
    Case("GridSearchCV", lambda: GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, cv=3), "number"),
    Case("LGBMRegressor", lambda: lightgbm("LGBMRegressor"), "number"),
    Case("LGBMRegressor(objective='poisson')", lambda: lightgbm("LGBMRegressor", objective="poisson"), "count"),
    Case("XGBRegressor", lambda: xgboost("XGBRegressor"), "number"),
    Case("CatBoostRegressor", lambda: catboost("CatBoostRegressor"), "number"),
    Case("KernelRidge", KernelRidge, "number", "SVR"),
    Case("RadiusNeighborsRegressor", lambda: RadiusNeighborsRegressor(100), "number", "KNeighborsRegressor"),
    Case("TransformedTargetRegressor", lambda: TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1), "count", "in pandas before training"),
]
UNSUPERVISED = [
    Case("IsolationForest", lambda: IsolationForest(n_estimators=8, random_state=0), ""),
    Case("LocalOutlierFactor(novelty=True)", lambda: LocalOutlierFactor(novelty=True), ""),
    Case("OneClassSVM", OneClassSVM, ""),
    Case("SGDOneClassSVM", lambda: SGDOneClassSVM(random_state=0), ""),
    Case("EllipticEnvelope", lambda: EllipticEnvelope(random_state=0), "", "IsolationForest", ("plain",)),
    Case("KMeans", lambda: KMeans(3, n_init=2, random_state=0), ""),
    Case("MiniBatchKMeans", lambda: MiniBatchKMeans(3, n_init=2, random_state=0), ""),
    Case("GaussianMixture", lambda: GaussianMixture(3, covariance_type="diag", random_state=0), ""),
    Case("BayesianGaussianMixture", lambda: BayesianGaussianMixture(n_components=3, covariance_type="diag", random_state=0), ""),
    Case("Birch", lambda: Birch(n_clusters=3), "", "KMeans"),
    Case("DBSCAN", DBSCAN, "", "KMeans"),
    Case("PCA", lambda: PCA(2), ""),
    Case("IncrementalPCA", lambda: IncrementalPCA(2), ""),
    Case("TruncatedSVD", lambda: TruncatedSVD(2, random_state=0), ""),
    Case("KernelPCA", lambda: KernelPCA(2, kernel="rbf"), ""),
    Case("FastICA", lambda: FastICA(2, random_state=0), "", "PCA"),
    Case("NMF", lambda: make_pipeline(MinMaxScaler(clip=True), NMF(2, max_iter=20)), "", "TruncatedSVD", ("plain",)),
]


def step(name: str, numbers: Any, words: Any = None, model: Any = None, instead: str = "") -> Case:
    """A pipeline over the mixed table with these steps for its numbers and its words."""
    return Case(
        name,
        lambda: make_pipeline(encoded(numbers, words), *(model if isinstance(model, tuple) else (Ridge() if model is None else model,))),
        "number",
        instead,
        ("mixed",),
        True,
    )


FILLED = SimpleImputer(strategy="median")
BOOSTED = HistGradientBoostingRegressor(max_iter=8)
BY_CATEGORY = HistGradientBoostingRegressor(max_iter=8, categorical_features=[0, 1])


def codes(**settings: Any) -> OrdinalEncoder:
    return OrdinalEncoder(handle_unknown="use_encoded_value", **settings)


def one_hot(**settings: Any) -> OneHotEncoder:
    return OneHotEncoder(sparse_output=False, **settings)


def pipelines() -> StackingRegressor:
    return StackingRegressor(members(make_pipeline(encoded(FILLED), Ridge()), make_pipeline(encoded(FILLED), DecisionTreeRegressor(max_depth=3))), cv=2)


STEPS = [
    step("OneHotEncoder(min_frequency=…)", FILLED, one_hot(min_frequency=40, handle_unknown="infrequent_if_exist"), instead="in pandas"),
    step("OneHotEncoder(drop='first')", FILLED, one_hot(drop="first", handle_unknown="ignore")),
    step("OrdinalEncoder", FILLED, codes(unknown_value=-1, encoded_missing_value=-2)),
    step("OrdinalEncoder, gaps as NaN", FILLED, codes(unknown_value=np.nan), BOOSTED),
    step("TargetEncoder", FILLED, TargetEncoder(random_state=0)),
    step("SimpleImputer of words", FILLED, make_pipeline(SimpleImputer(strategy="most_frequent"), one_hot(handle_unknown="ignore"))),
    step("SimpleImputer(add_indicator=True)", SimpleImputer(add_indicator=True), instead="HistGradientBoosting"),
    step("KNNImputer", KNNImputer(n_neighbors=3)),
    step("gaps into HistGradientBoosting", "passthrough", model=BOOSTED),
    step("gaps into a forest", "passthrough", model=RandomForestRegressor(5, random_state=0), instead="SimpleImputer"),
    step("KBinsDiscretizer", make_pipeline(FILLED, KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf"))),
    step("PolynomialFeatures", make_pipeline(FILLED, StandardScaler(), PolynomialFeatures(2))),
    step("PowerTransformer", make_pipeline(FILLED, PowerTransformer())),
    step("QuantileTransformer", make_pipeline(FILLED, QuantileTransformer(n_quantiles=20))),
    step("SplineTransformer", make_pipeline(FILLED, SplineTransformer()), instead="PolynomialFeatures"),
    step("FunctionTransformer(func)", make_pipeline(FILLED, FunctionTransformer(np.log1p)), instead="pandas"),
    step("SelectKBest", FILLED, model=(SelectKBest(k=4), Ridge())),
    step("PCA inside", make_pipeline(FILLED, StandardScaler(), PCA(2))),
    step("KMeans inside", FILLED, model=(StandardScaler(), KMeans(3, n_init=1, random_state=0), Ridge()), instead="PCA"),
    step("HistGradientBoosting(categorical_features=…)", FILLED, codes(unknown_value=-1, encoded_missing_value=-1), BY_CATEGORY, "OneHotEncoder"),
    Case("StackingRegressor of pipelines with column transformers", pipelines, "number", "in front", ("mixed",), True),
]
GROUPS = {
    "Classifiers": CLASSIFIERS,
    "Several at once": SEVERAL,
    "Regressors": REGRESSORS,
    "Outliers, clusters, components": UNSUPERVISED,
    "Steps of a pipeline": STEPS,
}


def outputs(case: Case, kind: str) -> list[str]:
    """The outputs of a case whose graph computes what its estimator computes, on every held-out row; raises UserError where it is refused."""
    estimator, table = fitted(case, kind), TABLES[kind]()
    model = finalize(to_onnx(estimator, table[:TRAINED]))
    held = compared(model, estimator, table[TRAINED:])
    names = list(held["expected"])
    session = onnxruntime.InferenceSession(model.SerializeToString())
    declared = {port.name: port.shape[1:] for port in session.get_outputs()}
    for name, actual in zip(names, session.run(names, dict(held["feeds"])), strict=True):
        expected = held["expected"][name]
        assert (actual.shape, actual.dtype, declared[name]) == (expected.shape, expected.dtype, list(expected.shape[1:])), name
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5, err_msg=name)
        else:
            np.testing.assert_array_equal(actual, expected, err_msg=name)
    return names


def row(case: Case) -> str:
    """The line of a case in docs/reference/estimators.md."""
    found, refusal = {}, ""
    for kind in case.tables:
        try:
            found[kind] = outputs(case, kind)
        except UserError as problem:
            refusal = refusal or problem.sentences[0].replace("|", "\\|")
    given = ", ".join(f"`{name}`" for name in next(iter(found.values()), []))
    cells = ["equal" if kind in found else "refused" if kind in case.tables else "" for kind in TABLES]
    return f"| {case.name} | {given} | {' | '.join(cells)} | {refusal} |"
