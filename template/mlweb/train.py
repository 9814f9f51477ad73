"""Run the training notebook from top to bottom and keep its outputs in it."""

import atexit
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel  # pyright: ignore[reportMissingImports]  # only a project's train group has it
from nbclient import NotebookClient  # pyright: ignore[reportMissingImports]  # only a project's train group has it
from nbclient.exceptions import CellExecutionError  # pyright: ignore[reportMissingImports]  # only a project's train group has it

from mlweb.console import say
from mlweb.errors import UserError, run

NOTEBOOK = Path("notebooks/train.ipynb")
OPEN = "To run it cell by cell: uv run --group notebook jupyter lab"


def train(path: Path = NOTEBOOK) -> None:
    """Execute the notebook in its own folder, as Jupyter would; raises UserError with the failing cell and its error."""
    if not path.is_file():
        raise UserError(f"{path} is missing.")
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError):
        raise UserError(f"{path} is not a notebook (are there conflict markers in it?): take it back from git with: git checkout {path}") from None
    # The kernel warns about TCP at each start, though it listens on this machine only.
    quiet = ["--IPKernelApp.log_level=ERROR"]
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=None, extra_arguments=quiet, resources=folder, on_cell_start=announce)
    # What a cell writes is kept in the notebook. What the kernel adds, such as a traceback as it shuts down, tells something only when it dies.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            client.execute(stderr=log)
        except CellExecutionError as error:
            if error.ename == UserError.__name__:  # the notebook's own words
                raise UserError(*error.evalue.splitlines()) from None
            cell = next((i for i, each in enumerate(notebook.cells, 1) if any(o.output_type == "error" for o in each.get("outputs", []))), "?")
            raise UserError(f"{path} stopped in cell {cell}: {error.ename}: {error.evalue}. {OPEN}") from None
        except (RuntimeError, NoSuchKernel) as error:  # what nbclient (DeadKernelError) and jupyter_client raise of a kernel that died
            atexit.unregister(client._cleanup_kernel)  # which fails where nbclient has cleaned up already, as it does for a kernel that never started
            log.seek(0)
            last = log.read().splitlines()
            raise UserError(f"{path}: its kernel did not run to the end ({error}). If memory ran out, train on fewer rows. {OPEN}", *last) from None
        finally:
            nbformat.write(notebook, path)


def announce(cell: nbformat.NotebookNode, cell_index: int) -> None:
    """Show where a long training is: the headings, as they pass."""
    if cell.cell_type == "markdown" and cell.source.startswith("#"):
        say(cell.source.splitlines()[0].lstrip("# "))


if __name__ == "__main__":
    sys.exit(run(train))
