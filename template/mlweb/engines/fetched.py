"""Where a model that was fetched from a hub came from: source.json in its folder, which `poe fetch-model` writes."""

from pathlib import Path

from mlweb.errors import read_object

FILE = Path("model/source.json")


def read_source() -> str:
    """The model's name and revision, such as `owner/name at 0123abc`; raises UserError."""
    source = read_object(FILE, "fetch the model again with: uv run poe fetch-model owner/name")
    return f"{source.get('name', '?')} at {source.get('revision', '?')}"
