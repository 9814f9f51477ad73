"""What a step of the workshop still lacks: `uv run poe step 2`. It reads the project, and changes nothing.

The steps themselves, in English and French, are in the template's documentation, docs/workshop/.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from mlweb import UserError, run
from mlweb.console import say
from mlweb.contract import check, recipe_texts
from mlweb.contract.schema import Contract

MODEL, PARITY, TRAINED = Path("model/model.onnx"), Path("model/parity.json"), Path("model/trained.joblib")
LANGUAGES = ("en", "fr")

# What each step ends with, and what it may lack.
SAID = {
    "done": {"en": "Step {step} is done: {what}", "fr": "L’étape {step} est terminée : {what}"},
    "lacks": {"en": "Step {step} lacks: {what}", "fr": "À l’étape {step}, il manque : {what}"},
    "done 1": {
        "en": "the project is in git. Next: uv run poe train",
        "fr": "le projet est dans git. Ensuite : uv run poe train",
    },
    "done 2": {
        "en": "the model is trained, exported and built into dist/. Next: open metadata.yml",
        "fr": "le modèle est entraîné, exporté et construit dans dist/. Ensuite : ouvrez metadata.yml",
    },
    "done 3": {
        "en": "metadata.yml agrees with the model, and has your example and your limits. Next: web/own/",
        "fr": "metadata.yml correspond au modèle, avec votre exemple et vos limites. Ensuite : web/own/",
    },
    "done 4": {
        "en": "the page has your colour and your panel {panel}. Next: export_onnx.py",
        "fr": "la page a votre couleur et votre panneau {panel}. Ensuite : export_onnx.py",
    },
    "done 5": {
        "en": "this very model is proven in a browser, and the page shows it. Next: uv run poe single-file",
        "fr": "ce modèle même est prouvé dans un navigateur, et la page le montre. Ensuite : uv run poe single-file",
    },
    "done 6": {
        "en": "{file} holds the page that was proven, and everything is committed.",
        "fr": "{file} contient la page prouvée, et tout est dans git.",
    },
    "commit": {
        "en": 'a first commit: git init, git add --all, git commit --message "Start"',
        "fr": 'un premier commit : git init, git add --all, git commit --message "Start"',
    },
    "trained": {"en": "a trained estimator: uv run poe train", "fr": "un estimateur entraîné : uv run poe train"},
    "exported": {"en": "a model that was exported after training: uv run poe export", "fr": "un modèle exporté après l’entraînement : uv run poe export"},
    "built": {"en": "a page with this model in dist/: uv run poe build", "fr": "une page avec ce modèle dans dist/ : uv run poe build"},
    "example": {
        "en": "an example of your own below examples in metadata.yml",
        "fr": "un exemple de vous sous examples dans metadata.yml",
    },
    "limits": {
        "en": "your own words in limits below card in metadata.yml",
        "fr": "vos propres mots dans limits sous card dans metadata.yml",
    },
    "accent": {
        "en": "another colour: accent below page in metadata.yml",
        "fr": "une autre couleur : accent sous page dans metadata.yml",
    },
    "panel": {
        "en": "a panel of your own: own/hello in a view of page.views in metadata.yml",
        "fr": "un panneau de vous : own/hello dans une vue de page.views dans metadata.yml",
    },
    "outdated": {
        "en": "a build after your last change: uv run poe build",
        "fr": "une construction après votre dernière modification : uv run poe build",
    },
    "proven": {
        "en": "a proof of this page in a browser: uv run poe build, then uv run poe test",
        "fr": "une preuve de cette page dans un navigateur : uv run poe build, puis uv run poe test",
    },
    "shown": {
        "en": "a page that shows its proof: uv run poe build once more",
        "fr": "une page qui montre sa preuve : encore une fois uv run poe build",
    },
    "single": {
        "en": "the page as one file, made after the last build: uv run poe single-file",
        "fr": "la page en un seul fichier, fait après la dernière construction : uv run poe single-file",
    },
    "committed": {
        "en": 'a commit of your changes: git add --all, git commit --message "My page"',
        "fr": 'un commit de vos modifications : git add --all, git commit --message "My page"',
    },
}
Lack = str  # a key of SAID


def git(*command: str) -> str:
    """What git prints; nothing when it refuses, or there is none."""
    try:
        done = subprocess.run(["git", *command], capture_output=True, encoding="utf-8", errors="replace", check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def before() -> dict:
    """metadata.yml as the template gave it: of the first commit."""
    first = git("rev-list", "--max-parents=0", "HEAD").split("\n")[-1]
    return YAML(typ="safe", pure=True).load(git("show", f"{first}:metadata.yml") or "{}") or {}


def manifest() -> dict:
    """What the built page knows of itself; empty when there is none."""
    found = sorted(Path("dist").glob("app-*/manifest.json"))
    return json.loads(found[-1].read_text(encoding="utf-8")) if found else {}


def digest() -> str:
    return hashlib.sha256(MODEL.read_bytes()).hexdigest() if MODEL.is_file() else ""


def is_built() -> bool:
    """Whether dist/ has the model that is there now."""
    return bool(digest()) and manifest().get("facts", {}).get("model", {}).get("sha256") == digest()


def is_newer(path: Path, *others: Path) -> bool:
    """Whether a file was written after all of the others."""
    return path.is_file() and all(path.stat().st_mtime >= other.stat().st_mtime for other in others if other.is_file())


def own_panels(contract: Contract) -> list[str]:
    named = [*(contract.page.panels or []), *(panel for view in contract.page.views or [] for panel in view.panels)]
    return [panel for panel in named if panel.startswith("own/")]


def step_1() -> Iterator[Lack]:
    if not git("rev-parse", "HEAD"):
        yield "commit"


def step_2() -> Iterator[Lack]:
    if not TRAINED.is_file():
        yield "trained"
    elif not is_newer(MODEL, TRAINED):
        yield "exported"
    elif not is_built():
        yield "built"


def step_3() -> Iterator[Lack]:
    contract, *_ = check.check()
    given = [each.get("label") for each in before().get("examples", [])]
    if all(example.label in given for example in contract.examples):
        yield "example"
    if "limits" in recipe_texts.unedited(contract) or not contract.card.limits:
        yield "limits"


def step_4() -> Iterator[Lack]:
    contract, *_ = check.check()
    if contract.page.accent == before().get("page", {}).get("accent"):
        yield "accent"
    if not own_panels(contract):
        yield "panel"
    elif not is_newer(Path("dist/index.html"), Path("metadata.yml"), *Path("web/own").glob("*.js")):
        yield "outdated"


def step_5() -> Iterator[Lack]:
    if not is_built():
        yield "built"
        return
    proof = json.loads(PARITY.read_text(encoding="utf-8")) if PARITY.is_file() else {}
    if proof.get("model_sha256") != digest() or not {1, 2, 3} <= levels(proof):
        yield "proven"
    elif not {1, 2, 3} <= levels(manifest().get("parity") or {}):
        yield "shown"


def levels(proof: dict) -> set[int]:
    """The levels that have passed."""
    return {each["level"] for each in proof.get("levels", []) if each["passed"]}


def step_6() -> Iterator[Lack]:
    if not is_built() or not any(is_newer(file, Path("dist/index.html"), MODEL) for file in Path("single").glob("*.html")):
        yield "single"
    if git("status", "--porcelain"):
        yield "committed"


STEPS = (step_1, step_2, step_3, step_4, step_5, step_6)


def found(step: int) -> dict[str, str]:
    """What a step's last sentence names."""
    if step == 4:
        return {"panel": ", ".join(own_panels(check.check()[0]))}
    return {"file": next((file.as_posix() for file in sorted(Path("single").glob("*.html"))), "")}


def main() -> None:
    """Say what a step of the workshop still lacks."""
    parser = argparse.ArgumentParser(prog="poe step", description=main.__doc__)
    parser.add_argument("step", type=int, choices=range(1, len(STEPS) + 1), help="1 to 6")
    own = "fr" if next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "").startswith("fr") else "en"
    parser.add_argument("--lang", choices=LANGUAGES, default=own, help="language of the sentences (that of the system, if it is one of these)")
    given = parser.parse_args()
    step, language = given.step, given.lang
    if lacks := list(STEPS[step - 1]()):
        raise UserError(*(SAID["lacks"][language].format(step=step, what=SAID[lack][language]) for lack in lacks))
    say(SAID["done"][language].format(step=step, what=SAID[f"done {step}"][language].format(**found(step) if step in (4, 6) else {})))


if __name__ == "__main__":
    sys.exit(run(main))
