"""Between training and export, `poe start` offers to bring metadata.yml up to date where it is of another table or model: at a terminal only.

Elsewhere, and where nothing can be drafted, the export says what is wrong.
"""

import sys

from ruamel.yaml import YAML

from mlweb.console import say
from mlweb.contract import schema, training_check
from mlweb.draft.update import at_terminal, update
from mlweb.errors import UserError, run


def misfit() -> str | None:
    """Why metadata.yml does not fit what training left; None where it does, or where training left no estimator with its table."""
    from mlweb.draft import from_training  # here, because only a project that trains has what it takes
    from mlweb.tabular.trained import FILE, load_trained

    if not FILE.is_file():
        return None
    trained = load_trained()
    if not hasattr(trained.train, "columns"):
        return None
    return training_check.outgrown(schema.load(), from_training.columns_used(trained), list(from_training.output_names(trained).values()))


def main() -> None:
    if not at_terminal():
        return
    try:
        sentence = misfit()
    except (UserError, ModuleNotFoundError):
        return
    if sentence is None:
        return
    from mlweb.draft.describe import described_training  # here, because most often there is nothing to draft

    say(sentence)
    text, outputs = described_training()
    update(schema.FILE, YAML(typ="safe", pure=True).load(text), outputs, by_field=True, unasked=True)


if __name__ == "__main__":
    sys.exit(run(main))
