"""Sites of made-up models of any size: so many fields, classes or megabytes. They compute, and mean nothing."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from served import ROOT, build

PYPROJECT = '[project]\nname = "made-up"\n[tool.mlweb]\ntitle = "Made up"\nhosting = "other"\nurl = "http://localhost/made-up/"\n'
VENDORED = ROOT / "template/.vendor"
WIDEST = 4096  # of a layer


def site(folder: Path, fields: int = 10, classes: int = 0, megabytes: float = 0) -> Path:
    """A built project in a folder: one input for each field, one number or the probabilities of classes, weights of about so many megabytes."""
    (folder / "model").mkdir(parents=True)
    (folder / "model/model.onnx").write_bytes(model(fields, classes, megabytes).SerializeToString())
    inputs = [f"  f{index}: {{kind: number, default: {index % 10}, min: 0, max: 10, step: 0.1}}" for index in range(fields)]
    output = f"{{kind: classes, top: 5, classes: [{', '.join(f'c{index}' for index in range(classes))}]}}" if classes else "{kind: value, decimals: 2}"
    page = "page: {panels: [predict, what-if, explain, batch, card]}"
    (folder / "metadata.yml").write_text("\n".join(["schema: 1", "name: Made up", "inputs:", *inputs, "outputs:", f"  y: {output}", page, ""]))
    (folder / "pyproject.toml").write_text(PYPROJECT)
    for name in ("web", "package.json", "package-lock.json"):
        (folder / name).symlink_to(ROOT / "template" / name)
    (folder / ".vendor").symlink_to(VENDORED)
    build.build(folder, folder / "dist")
    return folder


def model(fields: int, classes: int, megabytes: float) -> onnx.ModelProto:
    """Layers of products, the last to the output."""
    random = np.random.default_rng(0)
    weights, nodes = [], [helper.make_node("Concat", [f"f{index}" for index in range(fields)], ["x0"], axis=1)]
    widths = [fields, *hidden(fields, int(megabytes * 1e6 / 4)), classes or 1]
    for index, (before, after) in enumerate(zip(widths, widths[1:], strict=False)):
        weights.append(numpy_helper.from_array((random.standard_normal((before, after)) / before**0.5).astype(np.float32), f"w{index}"))
        nodes.append(helper.make_node("MatMul", [f"x{index}", f"w{index}"], [f"x{index + 1}"]))
    last = f"x{len(widths) - 1}"
    nodes.append(helper.make_node("Softmax", [last], ["y"], axis=1) if classes else helper.make_node("Identity", [last], ["y"]))
    tensors = [helper.make_tensor_value_info(f"f{index}", TensorProto.FLOAT, ["N", 1]) for index in range(fields)]
    graph = helper.make_graph(nodes, "made_up", tensors, [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", classes or 1])], weights)
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])


def hidden(fields: int, count: int) -> list[int]:
    """Widths of layers that together have about so many weights."""
    if not count:
        return []
    width = min(WIDEST, max(1, round(count**0.5)))
    layers = max(1, round((count - fields * width) / width**2))
    return [width] * (layers + 1)
