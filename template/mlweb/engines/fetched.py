"""Where a model that was fetched from a hub came from: source.json in its folder, which `poe fetch-model` writes."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mlweb.errors import UserError, read_object

FILE = Path("model/source.json")
AGAIN = "fetch the model again with: uv run poe fetch-model owner/name"
ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?")  # a page over https asks no other


@dataclass(frozen=True)
class Hub:
    """A hub that visitors load a model from."""

    name: str  # of the model: owner/name
    revision: str  # the commit
    address: str  # of the hub, without a slash at its end
    origins: tuple[str, ...]  # of all servers that give its files: the hub's own, and those that it refers to
    files: dict[str, str]  # SHA-256 -> path at the hub

    def url(self, sha256: str) -> str | None:
        """The address of a file with this checksum; None where the hub has none such."""
        path = self.files.get(sha256)
        return f"{self.address}/{self.name}/resolve/{self.revision}/{quote(path)}" if path else None


def read_source() -> str:
    """The model's name and revision, such as `owner/name at 0123abc`; raises UserError."""
    source = read_object(FILE, AGAIN)
    return f"{source.get('name', '?')} at {source.get('revision', '?')}"


def read_hub(root: Path) -> Hub:
    """The hub that the model was fetched from; raises UserError."""
    source = read_object(root / FILE, AGAIN)
    try:
        hub = Hub(source["name"], source["revision"], source["hub"], tuple(source["origins"]), dict(source["files"]))
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{FILE} does not say which files the hub has, so visitors can't load them from there: {AGAIN}") from None
    if odd := next((origin for origin in (*hub.origins, hub.address) if not isinstance(origin, str) or not ORIGIN.fullmatch(origin)), None):
        raise UserError(f"{FILE} names {odd!r}, from which no page can load a model: {AGAIN}")
    return hub
