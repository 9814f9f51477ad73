"""Whether the sizes of what a graph gives follow from the sizes of what it takes, or from its values, such as how many boxes were found."""

import onnx

from mlweb.graph import onnx_file

PLAIN = {"", "ai.onnx", "ai.onnx.ml"}  # domains whose operators are known here
# Operators whose result is as long as the values say; those that take sizes, axes or places behind their first input; and those that take nothing else.
COUNTING = {"Compress", "If", "ImageDecoder", "Loop", "NonMaxSuppression", "NonZero", "Scan", "StringNormalizer", "StringSplit", "Unique"}
SIZED = {"AffineGrid", "CenterCropPad", "Col2Im", "DFT", "Expand", "MaxUnpool", "OneHot", "Pad", "Reshape", "Resize", "SequenceAt", "SequenceErase"}
SIZED |= {"SequenceInsert", "Slice", "Split", "SplitToSequence", "Squeeze", "STFT", "Tile", "TopK", "Unsqueeze", "Upsample"}
MADE = {"BlackmanWindow", "ConstantOfShape", "HammingWindow", "HannWindow", "MelWeightMatrix", "Range"}


def by_values(model: onnx.ModelProto) -> set[str]:
    """The tensors whose size may depend on the values of the inputs. What an operator that is not known does counts as such."""
    valued = set(onnx_file.signature(model).inputs)  # tensors whose values depend on those of the inputs
    sized: set[str] = set()
    for node in model.graph.node:
        is_open = node.domain not in PLAIN or node.op_type in COUNTING
        places = node.input if is_open or node.op_type in MADE else node.input[1:] if node.op_type in SIZED or node.op_type.startswith("Reduce") else []
        inside = {name for scope in onnx_file.within(node) for inner in onnx_file.nodes(scope) for name in inner.input}
        if valued & {*places, *inside} or sized & {*node.input, *inside}:
            sized.update(node.output)
        if (sized if node.op_type in ("Shape", "Size") else valued | sized) & {*node.input, *inside}:
            valued.update(node.output)
    return sized - {""}
