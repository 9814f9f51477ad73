"""Converters of LightGBM, XGBoost and CatBoost, for skl2onnx: registered when an estimator of theirs is to be converted."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from onnx import TensorProto

from mlweb.errors import UserError

PACKAGES = {"lightgbm": "onnxmltools", "xgboost": "onnxmltools", "catboost": "catboost"}  # booster -> who converts it
CLASSIFIER = {"zipmap": [True, False, "columns"], "nocl": [True, False]}


def booster(estimator: Any) -> str:
    """lightgbm, xgboost or catboost; "" for an estimator of somebody else."""
    package = type(estimator).__module__.partition(".")[0]
    return package if package in PACKAGES else ""


def register(fitted: Iterable[Any]) -> None:
    """Tell skl2onnx how to convert what an estimator holds of these; raises UserError when the converter is not installed.

    Changes fitted models of XGBoost: its converter wants columns without names.
    """
    fitted = list(fitted)
    for part in fitted:
        if booster(part) == "xgboost":
            part.get_booster().feature_names = None
    for name in sorted({booster(part) for part in fitted} - {""}):
        if find_spec(PACKAGES[name]) is None:
            raise UserError(f"Models of {name} are converted by {PACKAGES[name]}, which is not installed: uv sync --group boosters")
        {"lightgbm": register_lightgbm, "xgboost": register_xgboost, "catboost": register_catboost}[name]()


def register_lightgbm() -> None:
    from lightgbm import LGBMClassifier, LGBMRegressor
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    convert = in_float32(import_module("onnxmltools.convert.lightgbm.operator_converters.LightGbm").convert_lightgbm)
    update_registered_converter(LGBMClassifier, "LightGbmLGBMClassifier", shapes.calculate_linear_classifier_output_shapes, convert, options=CLASSIFIER)
    update_registered_converter(LGBMRegressor, "LightGbmLGBMRegressor", shapes.calculate_linear_regressor_output_shapes, convert, options={"split": None})


def register_xgboost() -> None:
    import xgboost
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    convert = in_float32(import_module("onnxmltools.convert.xgboost.operator_converters.XGBoost").convert_xgboost)
    for name in ("XGBClassifier", "XGBRFClassifier"):
        update_registered_converter(getattr(xgboost, name), f"XGBoost{name}", shapes.calculate_linear_classifier_output_shapes, convert, options=CLASSIFIER)
    for name in ("XGBRegressor", "XGBRFRegressor"):
        update_registered_converter(getattr(xgboost, name), f"XGBoost{name}", shapes.calculate_linear_regressor_output_shapes, convert)


def register_catboost() -> None:
    from catboost import CatBoostClassifier, CatBoostRegressor
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    update_registered_converter(
        CatBoostClassifier,
        "CatBoostClassifier",
        shapes.calculate_linear_classifier_output_shapes,
        in_float32(convert_catboost),
        parser=parse_catboost,
        options=CLASSIFIER,
    )
    update_registered_converter(CatBoostRegressor, "CatBoostRegressor", shapes.calculate_linear_regressor_output_shapes, in_float32(convert_catboost))


def in_float32(convert: Any) -> Any:
    """A converter whose trees get float32, as XGBoost and CatBoost compute, whatever comes before them."""

    def converter(scope: Any, operator: Any, container: Any) -> None:
        from skl2onnx.common.data_types import FloatTensorType

        given = operator.inputs[0]
        if not isinstance(given.type, FloatTensorType):
            narrow = scope.declare_local_variable("float32", FloatTensorType(given.type.shape))
            container.add_node("Cast", [given.full_name], [narrow.full_name], to=TensorProto.FLOAT, name=scope.get_unique_operator_name("Cast"))
            operator.inputs[0] = narrow
        convert(scope, operator, container)

    return converter


def parse_catboost(scope: Any, model: Any, inputs: list[Any], custom_parsers: Any = None) -> list[Any]:
    """The two outputs of a classifier, which skl2onnx does not take CatBoost's for."""
    from skl2onnx.common.data_types import FloatTensorType, Int64TensorType

    operator = scope.declare_local_operator("CatBoostClassifier", model)
    operator.inputs = inputs
    operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
    operator.outputs.append(scope.declare_local_variable("probabilities", FloatTensorType()))
    return operator.outputs


def convert_catboost(scope: Any, operator: Any, container: Any) -> None:
    """CatBoost writes a whole graph of its own: its one tree operator is taken, without the ZipMap behind it."""
    from catboost.utils import convert_to_onnx_object
    from onnx import helper

    made = convert_to_onnx_object(operator.raw_operator)
    [trees] = [node for node in made.graph.node if node.op_type.startswith("TreeEnsemble")]
    attributes = {each.name: helper.get_attribute_value(each) for each in trees.attribute}
    container.add_node(
        trees.op_type,
        [operator.inputs[0].full_name],
        [each.full_name for each in operator.outputs],
        op_domain="ai.onnx.ml",
        name=scope.get_unique_operator_name("CatBoost"),
        **attributes,
    )
