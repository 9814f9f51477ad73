"""The cases that a page carries to be proven on a visitor's device, as an export leaves them; for sites of models that nobody exported."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx

import models
from mlweb.codec import media
from mlweb.contract import check
from mlweb.contract.form import make_form
from mlweb.graph import carried
from mlweb.proof import claims, device, golden
from mlweb.runner import strict_session
from mlweb.site.build import sha256


def carrying(model: Callable[[], onnx.ModelProto], metadata: str, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """The files of a project, with model/golden.json among them: for `made`, `served` and `hosted`."""
    with tempfile.TemporaryDirectory() as folder:
        root = models.project(Path(folder), model(), metadata)
        for name, content in (files or {}).items():
            (root / name).write_bytes(content)
        agreed, data, signature, _ = check.check(root)
        form, graph = make_form(agreed, signature, {}), onnx.load_from_string(data)
        examples = [example.model_dump() for example in agreed.examples]
        named = [(name, media.resolve(form, row, root)) for name, row in golden.typical(form, examples, [])]
        made = device.make(form, strict_session(data), named, {}, carried.read(graph), {}, agreed.classes(), claims.bounded(agreed, graph))
        assert made is not None
        golden.write(root / golden.FILE, sha256(data), [], made)
        return {**(files or {}), str(golden.FILE): (root / golden.FILE).read_bytes()}
