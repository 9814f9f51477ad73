"""What becomes of ONNX files: each goes the way of the recipe `onnx-file`, without an edit, to a page or to a sentence that refuses it."""

import argparse
import io
import json
import multiprocessing
import runpy
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path

import onnxruntime
from ruamel.yaml import YAML

from served import ROOT, UserError, line

sys.path.insert(0, str(ROOT / "tests/support"))

from mlweb import runner  # noqa: E402
from mlweb.contract import check, schema  # noqa: E402
from mlweb.draft import draft  # noqa: E402
from mlweb.errors import first_line  # noqa: E402
from mlweb.site import build  # noqa: E402
from served_sites import PYPROJECT  # noqa: E402
from vendored import vendored  # noqa: E402

RECIPE = ROOT / "template/{% if recipe == 'onnx-file' %}.{% endif %}"
HEADS = ["file", "what came of it", "native", "takes", "shows"]
LIMIT = 300  # seconds for one file
PAGE, REFUSED, FAULT = "a page", "refused", "a fault"
FORK = multiprocessing.get_context("fork")  # what is imported is imported once
yaml = YAML(typ="safe", pure=True)


def main() -> None:
    """Print a row for each file as soon as it is known, then the counts; exit status 1 for a fault or a page that says the wrong thing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+", help="ONNX files, or folders of them; NAME.yml beside NAME.onnx says what is right for it")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the projects there, to look at them")
    parser.add_argument("--build", action="store_true", help="build each page as well, which takes much longer than all else and is the same for all")
    given = parser.parse_args()
    if given.build:
        vendored()
    files = [file for folder in given.folder for file in ([folder] if folder.is_file() else sorted(folder.rglob("*.onnx")))]
    print(line(HEADS), line("---" for _ in HEADS), sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        found = [shown(file, measured(file.resolve(), (given.keep or Path(temporary)).resolve() / file.stem, given.build)) for file in files]
    counts = Counter(found)
    print("", *(f"{count} of {len(files)}: {what}" for what, count in counts.most_common()), sep="\n")
    sys.exit(any(what.startswith((FAULT, "wrong")) for what in counts))


def shown(file: Path, result: dict) -> str:
    """The words under which a file is counted, once its row is printed."""
    wrong = list(differing(yaml.load(file.with_suffix(".yml")), result)) if file.with_suffix(".yml").is_file() else None
    counted = result["end"] if wrong is None or result["end"] == FAULT else f"wrong: {result['end']}" if wrong else f"right: {result['end']}"
    said = "; ".join([counted, *(wrong or []), *result["said"]]).replace("|", "\\|").replace("\n", " ")
    print(line([file.stem, said, result["native"], *(brief(result["contract"].get(side, {})) for side in ("inputs", "outputs"))]), flush=True)
    return counted


def differing(right: dict, result: dict) -> Iterator[str]:
    """Where a page says something else than what is right: a part of metadata.yml, or `refused` with a part of the sentence."""
    if "refused" in right:
        if result["end"] != REFUSED or right["refused"] not in " ".join(result["said"]):
            yield f"not refused with “{right['refused']}”"
    elif result["end"] == PAGE:
        yield from lacking(right, result["contract"])
    else:
        yield "no page"


def lacking(right: object, said: object, path: str = "") -> Iterator[str]:
    """The keys whose value is another one; null stands for a key that must not be there."""
    if isinstance(right, dict) and isinstance(said, dict):
        for key, value in right.items():
            yield from lacking(value, said.get(key), f"{path}.{key}" if path else str(key))
    elif right != said:
        yield f"{path}: {json.dumps(said, ensure_ascii=False)[:80]}"


def brief(ports: dict) -> str:
    """Inputs or outputs in few words."""
    rows = []
    for name, port in list(ports.items())[:4]:
        fields = [f"{key} {kind_of(field)}" for key, field in port.get("fields", {}).items()]
        rows.append(f"{name[:30]}: {', '.join(fields[:3]) or kind_of(port)}{' …' if len(fields) > 3 else ''}")
    return "<br>".join(rows)


def kind_of(port: dict) -> str:
    """A kind with what a visitor would notice first."""
    listed = port.get("choices") or port.get("classes") or port.get("names") or port.get("values") or []
    claim = port.get("probabilities") or ("scores" if port.get("scores") is True else "")
    limits = f" {port['min']}..{port['max']}" if "min" in port and "max" in port else ""
    return f"{port['kind']}{f' ({claim})' if claim else ''}{f' of {len(listed)}' if listed else ''}{limits}"


def measured(file: Path, root: Path, is_built: bool) -> dict:
    """The outcome of a file, in a process of its own, because a model may compute for ever or bring the process down."""
    runner.CHILD.stop()  # so that each has a child of its own, and none is found crashed by the file before
    ours, its = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: its.send(outcome(file, root, is_built)))
    process.start()
    its.close()
    try:
        return ours.recv() if ours.poll(LIMIT) else fault(f"no answer in {LIMIT} seconds")
    except EOFError:
        return fault("the process ended")
    finally:
        process.kill()
        process.join()


def fault(why: str) -> dict:
    return {"end": FAULT, "said": [why], "native": "?", "contract": {}}


def outcome(file: Path, root: Path, is_built: bool) -> dict:
    """What comes of one file: `end`, the sentences that were `said`, what onnxruntime says of it, and the contract of its page."""
    prepared(root, is_built)
    native, said, contract = loads(file), [], {}
    out = io.StringIO()
    with chdir(root), redirect_stdout(out):
        try:
            export(str(file))
            text = draft.written(*draft.draft(Path(schema.Model().file)))
            schema.FILE.write_text(text, encoding="utf-8")
            contract = yaml.load(text)
            export()
            check.check(root)
            if is_built:
                build.build(root, root / "dist")
            end = PAGE
        except UserError as error:
            end, said = REFUSED, error.sentences
        except Exception as error:  # a traceback, which nobody should see
            return fault(f"{type(error).__name__}: {first_line(error)}")
    (root / "said.txt").write_text(out.getvalue(), encoding="utf-8")
    return {"end": end, "said": list(said), "native": native, "contract": contract}


def prepared(root: Path, is_built: bool) -> None:
    """A project of the recipe, as small as it may be."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name in ("export_onnx.py", "metadata.yml"):
        shutil.copyfile(RECIPE / name, root / name)
    (root / "pyproject.toml").write_text(PYPROJECT)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "template" / name, root)
    if is_built:
        shutil.copytree(ROOT / "template/web", root / "web")
        (root / ".vendor").symlink_to(ROOT / "template/.vendor")


def export(*files: str) -> None:
    """`poe export`; raises UserError."""
    sys.argv = ["export_onnx.py", *files]
    runpy.run_path("export_onnx.py")["main"]()


def loads(file: Path) -> str:
    """Whether native onnxruntime takes the file as it is."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no base class of their own
        return f"refuses: {str(error).splitlines()[0][:100]}"
    return "takes it"


if __name__ == "__main__":
    main()
