"""The graph as a picture needs it: boxes, the lines between them, what to say of each. Never the weights.

The page places and draws it (web/panels/graph.js). Nothing here refuses a model: what can't be told is left out.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

import onnx
from onnx import ModelProto, NodeProto

from mlweb.graph.onnx_file import opsets
from mlweb.graph.type_format import known_types, short, typed

FILE = "graph.json"
MOST = 300  # operators that are drawn, the first ones; a picture of more helps nobody
CROWD = 4  # more inputs than these that go the same way share a box


def files(data: bytes) -> tuple[dict[str, bytes], dict[str, dict]]:
    """What a page that draws the model needs: a file for the app folder, name -> bytes, and its entry for the manifest."""
    drawn = json.dumps(draw(onnx.load_from_string(data)), separators=(",", ":")).encode()
    entry = {"url": FILE, "bytes": len(drawn), "sha256": hashlib.sha256(drawn).hexdigest()}
    return {FILE: drawn}, {"graph": entry}


def draw(model: ModelProto) -> dict:
    """The picture of a model: what made it, all its operators counted, boxes, and lines as pairs of indices of boxes."""
    graph, types = model.graph, known_types(model)
    stored = {tensor.name: typed(tensor.data_type, tensor.dims) for tensor in graph.initializer}

    def ports(names) -> list[dict]:
        return [{"name": name, "type": types.get(name, "")} for name in names]

    def fed(name: str) -> dict:
        return {"name": name, "type": stored[name], "stored": True} if name in stored else ports([name])[0]

    def operator(node: NodeProto) -> dict:
        return {
            "kind": kind(node, stored),
            "operator": node.op_type,
            "domain": node.domain or "ai.onnx",
            "name": node.name,
            "inputs": [fed(name) for name in node.input if name],
            "outputs": ports(name for name in node.output if name),
            "attributes": {attribute.name: short(attribute) for attribute in node.attribute},
        }

    drawn = graph.node[:MOST]
    boxes = [{"kind": "input", "outputs": ports(group)} for group in grouped(graph, stored)]
    lines = []
    source = {port["name"]: index for index, box in enumerate(boxes) for port in box["outputs"]}
    for node in drawn:
        lines += [(source[name], len(boxes)) for name in read(node) if name in source]
        boxes.append(operator(node))
        source |= {name: len(boxes) - 1 for name in node.output if name}
    for output in graph.output:
        if output.name in source:
            lines.append((source[output.name], len(boxes)))
            boxes.append({"kind": "output", "inputs": ports([output.name])})
    counts = Counter((node.domain or "ai.onnx", node.op_type) for node in graph.node)
    return {
        "ir": model.ir_version,
        "opsets": {domain or "ai.onnx": version for domain, version in sorted(opsets(model).items())},
        "producer": f"{model.producer_name} {model.producer_version}".strip(),
        "operators": [{"domain": domain, "operator": name, "count": count} for (domain, name), count in sorted(counts.items(), key=rank)],
        "drawn": len(drawn),
        "boxes": boxes,
        "lines": list(dict.fromkeys(lines)),
    }


def rank(counted: tuple[tuple[str, str], int]) -> tuple:
    """The most frequent operators first, then by name."""
    return (-counted[1], counted[0])


def grouped(graph: onnx.GraphProto, stored: dict[str, str]) -> list[list[str]]:
    """The inputs that must be fed, box by box: a crowd of them that the same operators read shares one."""
    readers: dict[str, list[int]] = {info.name: [] for info in graph.input if info.name not in stored}
    for index, node in enumerate(graph.node):
        for name in dict.fromkeys(read(node)):
            if name in readers:
                readers[name].append(index)
    groups: dict[tuple, list[str]] = {}
    for name, indices in readers.items():
        groups.setdefault(tuple(indices), []).append(name)
    return [box for names in groups.values() for box in ([names] if len(names) > CROWD else [[name] for name in names])]


def read(node: NodeProto) -> Iterator[str]:
    """The tensors that an operator reads, those that its subgraphs take from around them included."""
    yield from node.input
    for attribute in node.attribute:
        for graph in [attribute.g, *attribute.graphs]:
            for inner in graph.node:
                yield from read(inner)


def kind(node: NodeProto, stored: dict[str, str]) -> str:
    """What the box is coloured by: "ml", "other" (of no standard domain), "weights" (reads stored floats or tables) or "plain"."""
    if node.domain not in ("", "ai.onnx"):
        return "ml" if node.domain == "ai.onnx.ml" else "other"
    weighs = any("float" in stored[name] or "," in stored[name] for name in node.input if name in stored)
    return "weights" if weighs else "plain"
