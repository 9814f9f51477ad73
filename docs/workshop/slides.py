"""The slides as pages that open in any browser, in site/slides/: PYTHONPATH=template python docs/workshop/slides.py [FOLDER]

Marp comes from npm. Space and arrows turn the slides; the key p opens the speaker's view with the notes.
"""

import os
import subprocess
import sys
from pathlib import Path

from mlweb.console import say
from mlweb.errors import UserError, run
from mlweb.site import vendor

HERE = Path(__file__).resolve().parent
MARP = "@marp-team/marp-cli@4.5.1"
DECKS = {"en.html": HERE / "slides.md", "fr.html": HERE / "fr/slides.md"}


def render(folder: Path) -> None:
    """Write each deck into `folder`; raises UserError."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(vendor.node()).parent), os.environ["PATH"]])}
    for name, deck in DECKS.items():
        command = [*vendor.npm(), "exec", "--yes", f"--package={MARP}", "--", "marp", str(deck), "--output", str(folder / name), "--no-config-file"]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode or not (folder / name).is_file():
            raise UserError(f"Marp could not make {name} of {deck.name}: {(done.stderr.strip() or 'it does not say why').splitlines()[-1]}")
        say(f"{folder / name} has the slides of {deck.relative_to(HERE)}.")


def main() -> None:
    render(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "site/slides")


if __name__ == "__main__":
    sys.exit(run(main))
