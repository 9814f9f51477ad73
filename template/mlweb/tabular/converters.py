"""Converters of our own, where those of skl2onnx compute something else or nothing: imputers of numbers, codes of categories with gaps."""

from typing import Any

import numpy as np
from onnx import TensorProto

from mlweb.tabular.words import GAPS, is_gap


def register() -> None:
    """Tell skl2onnx to use them, in place of its own."""
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import get_converter, register_converter
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OrdinalEncoder

    imputer, encoder = sklearn_operator_name_map[SimpleImputer], sklearn_operator_name_map[OrdinalEncoder]
    theirs = get_converter(imputer)
    if theirs.__module__ != __name__:

        def convert_imputer(scope: Any, operator: Any, container: Any) -> None:
            is_of_words = any(isinstance(each, str) for each in operator.raw_operator.statistics_)
            (theirs if is_of_words else impute_numbers)(scope, operator, container)

        convert_imputer.__module__ = __name__
        register_converter(imputer, convert_imputer, overwrite=True)
    register_converter(encoder, encode_ordinals, overwrite=True)


def impute_numbers(scope: Any, operator: Any, container: Any) -> None:
    """SimpleImputer of numbers: what is missing becomes the column's statistic, in float32 and float64 alike (ONNX's own knows no float64)."""
    imputer, output = operator.raw_operator, operator.outputs[0]
    element = output.type.to_onnx_type().tensor_type.elem_type
    values = side_by_side(scope, operator.inputs, container, element)
    if element == TensorProto.INT64:  # whole numbers have no gaps
        container.add_node("Identity", [values], [output.full_name], name=scope.get_unique_operator_name("Imputed"))
        return
    statistics, missing = scope.get_unique_variable_name("statistics"), scope.get_unique_variable_name("missing")
    container.add_initializer(statistics, element, [1, imputer.statistics_.size], imputer.statistics_.astype(float).tolist())
    if is_gap(imputer.missing_values):
        container.add_node("IsNaN", [values], [missing], name=scope.get_unique_operator_name("IsMissing"))
    else:
        marker = scope.get_unique_variable_name("marker")
        container.add_initializer(marker, element, [1], [float(imputer.missing_values)])
        container.add_node("Equal", [values, marker], [missing], name=scope.get_unique_operator_name("IsMissing"))
    container.add_node("Where", [missing, statistics, values], [output.full_name], name=scope.get_unique_operator_name("Imputed"))


def encode_ordinals(scope: Any, operator: Any, container: Any) -> None:
    """OrdinalEncoder of words or whole numbers: each category its place, a gap (the empty text) and what is unknown what the encoder says."""
    encoder, output, at, codes = operator.raw_operator, operator.outputs[0], 0, []
    unknown = np.nan if encoder.unknown_value is None else encoder.unknown_value
    for variable in operator.inputs:
        for place in range(variable.type.shape[1]):
            column = variable.full_name
            if variable.type.shape[1] > 1:
                column = gathered(scope, container, column, place)
            encoded = scope.get_unique_variable_name("code")
            container.add_node(
                "LabelEncoder",
                [column],
                [encoded],
                op_domain="ai.onnx.ml",
                name=scope.get_unique_operator_name("OrdinalEncoder"),
                values_floats=places(encoder, at),
                default_float=float(unknown),
                **keys(encoder.categories_[at], variable.type),
            )
            codes.append(encoded)
            at += 1
    together = scope.get_unique_variable_name("codes")
    container.add_node("Concat", codes, [together], axis=1, name=scope.get_unique_operator_name("Concat"))
    element = output.type.to_onnx_type().tensor_type.elem_type
    container.add_node("Cast", [together], [output.full_name], to=element, name=scope.get_unique_operator_name("Cast"))


def places(encoder: Any, at: int) -> list[float]:
    """The code of each category of a column: its place, which rare ones share; a gap has a code of its own."""
    categories = encoder.categories_[at]
    gap = getattr(encoder, GAPS, {}).get(at)
    mapping = encoder._default_to_infrequent_mappings[at] if getattr(encoder, "_infrequent_enabled", False) else None
    codes = iter(range(len(categories)) if mapping is None else mapping)
    return [float(encoder.encoded_missing_value if place == gap else next(codes)) for place in range(len(categories))]


def keys(categories: np.ndarray, variable: Any) -> dict[str, Any]:
    """The categories of a column as keys of a LabelEncoder of its type."""
    kind = type(variable).__name__
    if kind.startswith("String"):
        return {"keys_strings": [str(each).encode() for each in categories]}
    if kind.startswith("Int"):
        return {"keys_int64s": [int(each) for each in categories]}
    return {"keys_floats": [float(each) for each in categories]}


def gathered(scope: Any, container: Any, table: str, place: int) -> str:
    """One column [N, 1] of a table."""
    index, column = scope.get_unique_variable_name("index"), scope.get_unique_variable_name("column")
    container.add_initializer(index, TensorProto.INT64, [1], [place])
    container.add_node("Gather", [table, index], [column], axis=1, name=scope.get_unique_operator_name("Gather"))
    return column


def side_by_side(scope: Any, variables: list[Any], container: Any, element: int) -> str:
    """All inputs of an operator as one table of a type."""
    names = []
    for variable in variables:
        names.append(scope.get_unique_variable_name("cast"))
        container.add_node("Cast", [variable.full_name], [names[-1]], to=element, name=scope.get_unique_operator_name("Cast"))
    if len(names) == 1:
        return names[0]
    together = scope.get_unique_variable_name("together")
    container.add_node("Concat", names, [together], axis=1, name=scope.get_unique_operator_name("Concat"))
    return together
