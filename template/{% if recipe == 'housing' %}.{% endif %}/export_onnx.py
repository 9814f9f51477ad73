"""Estimator -> model/model.onnx, with the proof that both compute the same.

Reads what notebooks/train.ipynb left in model/trained.joblib: an estimator of scikit-learn, LightGBM, XGBoost or CatBoost, and its table.
Another estimator or other columns change nothing here.
"""

import sys

from mlweb import compared, export, load_trained, run, to_onnx


def main() -> None:
    trained = load_trained()
    model = to_onnx(trained.estimator, trained.train, trained.names)
    export(model=model, **compared(model, trained.estimator, trained.heldout), train=trained.train, about=trained.about)


if __name__ == "__main__":
    sys.exit(run(main))
