"""The page that modelship makes of a project's model, to stand beside ours in the benchmarks of visits."""

import json
import subprocess
from pathlib import Path

import onnx

from served import UserError

VERSION = "0.2.3"
# Its page waits for a click, and tells of a result in a property that nobody can watch.
ASKS = ("document.getElementById('modelInterface').style.display = 'block'", "document.getElementById('inferenceForm').requestSubmit()")
TELLS = ("console.info('[main] model prediction successful')", "document.documentElement.dataset.ran = 1")


def modelship(project: Path, folder: Path) -> Path:
    """Its site of the published model, which asks for the first result itself; raises UserError where it can't be had, or can't take the model."""
    [model] = project.glob("dist/model/*.onnx")
    metadata, site = folder / "modelship.json", folder / "modelship"  # JSON is YAML too
    metadata.write_text(json.dumps(described(onnx.load(model))))
    command = ["uv", "tool", "run", "--quiet", "--from", f"modelship=={VERSION}", "modelship", "static", model, "--metadata", metadata, "--output", site]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise UserError(f"modelship {VERSION} made no page of {model.name}: {done.stderr.strip().splitlines()[-1]}")
    page = site / "index.html"
    text = page.read_text(encoding="utf-8")
    for known, more in (ASKS, TELLS):
        if text.count(known) != 1:
            raise UserError(f"The page of modelship {VERSION} is not what {Path(__file__).name} knows: there is no single {known}.")
        text = text.replace(known, f"{known}; {more}")
    page.write_text(text, encoding="utf-8")
    return site


def described(model: onnx.ModelProto) -> dict:
    """Its metadata: a field for each input, one value each."""
    entries = {
        side: {each.name: {"name": each.name, "type": "float32", "shape": [None, 1], "default": 1} for each in values}
        for side, values in (("inputs", model.graph.input), ("outputs", model.graph.output))
    }
    return {"name": "Peer", "description": "The same model", **entries}
