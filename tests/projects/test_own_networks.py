"""docs/how-to/own-model.md, word by word: a network of PyTorch, torchvision or Keras, made by its script, becomes a page that says the right thing.

Each script runs in an environment of its own, with the packages that the page names; where they can't be had, its test is skipped.
"""

import json
import re
import runpy
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
import pytest
from ruamel.yaml import YAML

from commands import uv_run
from mlweb.contract import check
from mlweb.draft import draft
from mlweb.site import build
from paths import ROOT
from served_sites import PYPROJECT
from vendored import vendored

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs/how-to/own-model.md").read_text(encoding="utf-8")
RECIPE = ROOT / "template/{% if recipe == 'onnx-file' %}.{% endif %}"
PHOTOS = ROOT / "template/{% if recipe == 'image-folder' %}.{% endif %}"
TORCHVISION = "torchvision==0.28.0"
PINS = ["torch==2.13.0", "onnxscript==0.7.2", "scikit-learn==1.9.1"]
ENVIRONMENT = """[project]
name = "environment"
version = "0"
requires-python = "=={0.major}.{0.minor}.*"
dependencies = {1}

[tool.uv]
environments = ["sys_platform == '{2}'"]

[[tool.uv.index]]
name = "pytorch-cpu"
url = "https://download.pytorch.org/whl/cpu"
"""
plain = YAML(typ="safe", pure=True).load

# Where torchvision was built for a torch with CUDA, this one lacks two operators of detectors, which are declared to let it be imported.
IMPORTABLE = """
import torch
missing = torch.library.Library("torchvision", "FRAGMENT")
try:
    import torchvision
except RuntimeError:
    import sys
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    for name in ("nms", "qnms"):
        missing.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""
# What stands for the download: torchvision's trained weights become others, whose answers vary.
WEIGHTS = """
import torchvision.models._api as api

def weights(*_, **__):
    from torchvision.models import mobilenet_v3_small
    torch.manual_seed(0)
    network = mobilenet_v3_small()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the mean of what it saw
    for _ in range(3):
        network(torch.randn(4, 3, 64, 64))
    return network.state_dict()

api.load_state_dict_from_url = weights
"""


class Made(NamedTuple):
    """What the page of a network knows, and the session that its browser would run."""

    agreed: object
    manifest: dict
    session: onnxruntime.InferenceSession
    said: str


def blocks(section: str, language: str) -> list[str]:
    """What stands in a section of the page in this language."""
    [text] = re.findall(rf"^## {section}.*?\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def bring(tmp_path, monkeypatch, capsys):
    """bring(section, file, packages, before) -> the network of a section, taken the way that the page tells."""
    monkeypatch.chdir(tmp_path)

    def bring(section: str, file: str, packages: tuple[str, ...] = (), before: str = "") -> Made:
        script, *more = blocks(section, "python")
        [edits] = blocks(section, "yaml")
        computed(tmp_path / "make.py", before + script, [*PINS, *packages])
        for name in ("export_onnx.py", "metadata.yml"):
            shutil.copyfile(RECIPE / name, name)
        for lines in more:
            uncomment(Path("export_onnx.py"), lines)
        export(monkeypatch, file)
        drafted = plain(draft.written(*draft.draft(Path("model/model.onnx"))))
        told = plain(edits)
        assert {key: told[key].keys() for key in ("inputs", "outputs")} == {key: drafted[key].keys() for key in ("inputs", "outputs")}
        with Path("metadata.yml").open("w", encoding="utf-8") as written:
            YAML().dump(drafted | told | {"task": "classification"}, written)
        export(monkeypatch)
        agreed, data, *_ = check.check(tmp_path)
        return Made(agreed, built(tmp_path), onnxruntime.InferenceSession(data), capsys.readouterr().out)

    return bring


def computed(path: Path, script: str, packages: list[str]) -> str:
    """Run a script with these packages: what it prints. Skips where they can't be had."""
    path.write_text(script, encoding="utf-8")
    (path.parent / "pyproject.toml").write_text(ENVIRONMENT.format(sys.version_info, json.dumps(packages), sys.platform))
    there = uv_run(path.parent, "python", "-c", "")
    if there.returncode:
        pytest.skip(f"{', '.join(packages)} can't be had here: {there.stderr.strip().splitlines()[-1]}")
    done = uv_run(path.parent, "python", path.name)
    assert done.returncode == 0, done.stderr
    return done.stdout


def uncomment(path: Path, lines: str) -> None:
    """Take lines out of their comments; they must stand there, word by word."""
    commented = "".join(f"    # {line.strip()}\n" for line in lines.splitlines())
    text = path.read_text(encoding="utf-8")
    assert commented in text
    path.write_text(text.replace(commented, lines), encoding="utf-8")


def export(monkeypatch, *files: str) -> None:
    """`poe export`, which must succeed."""
    monkeypatch.setattr(sys, "argv", ["export_onnx.py", *files])
    with pytest.raises(SystemExit) as done:
        runpy.run_path("export_onnx.py", run_name="__main__")
    assert done.value.code == 0


def built(root: Path) -> dict:
    """The manifest of the page."""
    vendored()
    (root / "pyproject.toml").write_text(PYPROJECT)
    for name in ("web", ".vendor"):
        (root / name).symlink_to(ROOT / "template" / name)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "template" / name, root)
    build.build(root, root / "dist")
    [manifest] = root.glob("dist/app-*/manifest.json")
    return json.loads(manifest.read_text(encoding="utf-8"))


def shares(made: Made, **feeds: np.ndarray) -> np.ndarray:
    """The only output [rows, classes] of a run, which must be probabilities that say something."""
    [found] = made.session.run(None, feeds)
    assert found.min() >= 0 and np.allclose(found.sum(1), 1, atol=1e-5)
    return found


IRISES = np.array([[5.0, 3.4, 1.5, 0.2], [6.0, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.1]], np.float32)  # one of each species


def test_logits_of_a_table_become_probabilities(bring):
    made = bring("A PyTorch network over a table", "irises.onnx")
    [output] = made.manifest["form"]["outputs"]
    assert made.manifest["page"]["name"] == "Irises" and made.manifest["facts"]["source"] == "irises.onnx"
    assert output["classes"] == ["setosa", "versicolor", "virginica"]
    assert shares(made, measurements=IRISES).argmax(1).tolist() == [0, 1, 2]
    assert [level["level"] for level in made.manifest["parity"]["levels"]] == [1]


def test_a_network_of_torchvision_takes_pictures_and_says_one_of_a_thousand_names(bring):
    made = bring("torchvision", "mobilenet.onnx", (TORCHVISION,), IMPORTABLE + WEIGHTS)
    [taken], [output] = made.manifest["form"]["inputs"], made.manifest["form"]["outputs"]
    assert (made.manifest["page"]["name"], taken["fields"][0]["kind"], taken["dtype"], output["top"]) == ("Mobilenet", "image", "uint8", 5)
    assert len(output["classes"]) == 1000 and output["classes"][1] == "goldfish"
    chance = np.random.default_rng(0)
    pictures = [chance.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((30, 50), (400, 224))]
    noise, other = (shares(made, picture=picture) for picture in pictures)
    assert noise.shape == (1, 1000) and np.abs(noise - other).max() > 1e-4


def test_a_network_of_keras_has_its_classes(bring):
    made = bring("Keras 3", "irises.onnx", ("keras==3.15.1",))
    [(name, shown)] = made.agreed.outputs.items()
    assert shown.classes == ["setosa", "versicolor", "virginica"] and shown.probabilities is None
    assert made.session.get_outputs()[0].name == name
    assert shares(made, measurements=IRISES).argmax(1).tolist() == [0, 1, 2]


HUB = f"""
import os
import sys
os.environ |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")  # where nobody listens
sys.path[:0] = [{str(ROOT / "template")!r}, {str(PHOTOS)!r}]
from notebooks.net import Graph, Hub, TORCHVISION
from mlweb import UserError

assert TORCHVISION == {TORCHVISION!r}
try:
    Hub(download=True)
except UserError as error:
    print(error)
"""
EXPORTED = """
import numpy as np
import onnx
from export_onnx import to_onnx

graph = Graph(Hub(download=True), 3).eval()
photo = torch.randint(0, 256, (50, 80, 3), dtype=torch.uint8)
with torch.no_grad():
    np.savez("hub.npz", photo=photo.numpy(), expected=graph(photo).numpy())
onnx.save(to_onnx(graph, torch.zeros(280, 200, 3, dtype=torch.uint8)), "hub.onnx")
"""


def test_the_backbone_of_the_hub_is_exported_and_says_so_without_a_network(tmp_path, monkeypatch):
    """The other backbone of the recipe image-folder."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    packages = [*PINS, TORCHVISION, "joblib==1.6.0", "onnxruntime==1.30.0", "pydantic==2.14.3", "ruamel.yaml==0.19.1", "pillow==13.0.0"]
    said = computed(tmp_path / "make.py", IMPORTABLE + HUB + WEIGHTS + EXPORTED, packages)
    assert re.search(r"MobileNetV3 could not be downloaded \(.+\): try again with a network, or set BACKBONE = \"here\"", said)
    with np.load(tmp_path / "hub.npz") as kept:
        session = onnxruntime.InferenceSession(tmp_path / "hub.onnx")
        assert np.allclose(session.run(None, {"photo": kept["photo"]})[0], kept["expected"], atol=1e-5) and np.ptp(kept["expected"]) > 0
