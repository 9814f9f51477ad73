"""The element types of tensors: the whole numbers they hold. Twin of web/codec/dtypes.js."""

import math

EXACT = 2**53 - 1  # up to which JavaScript's numbers have every whole number, and none beyond is taken for another

# The least and the largest whole number of a dtype, as far as JavaScript's numbers are exact; int64 and floats: see WHOLE.
BOUNDS = {
    "int8": (-(2**7), 2**7 - 1),
    "uint8": (0, 2**8 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint16": (0, 2**16 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, EXACT),
}

# The largest whole number up to which every whole number is exact in the dtype (float32: 2^24). float64 and int64 stop before
# 2^53, which JavaScript's numbers take 2^53 + 1 for.
WHOLE = {"float32": 2**24, "float64": EXACT, "int64": EXACT}

FLOAT_MAX = {"float32": 3.4028234663852886e38}

FLOATS = {"float32", "float64"}
NUMERIC = FLOATS | set(BOUNDS) | {"int64"}


def double(number: float) -> float:
    """A number as JavaScript has it: a double, infinite where a whole number is larger than all of them."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
