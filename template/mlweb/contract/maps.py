"""The map of the form: whether page.map names two numbers and an outline that can be drawn, and what the page gets of it."""

from collections.abc import Iterator
from pathlib import Path

from mlweb.codec.kinds.number import Numeric
from mlweb.contract import geojson
from mlweb.contract.schema import Contract
from mlweb.errors import UserError, nearest


def manifest_entry(contract: Contract, root: Path) -> dict[str, dict]:
    """page.map for the manifest, with what its outline draws in place of the file's name; nothing for a page without a map. Raises UserError."""
    given = contract.page.map
    if given is None:
        return {}
    drawn = geojson.read(root, given.outline) if given.outline else {}
    return {"map": given.model_dump(exclude={"outline"}) | drawn}


def problems(contract: Contract, root: Path) -> Iterator[str]:
    """A sentence for each thing that page.map names and that can't be drawn."""
    given = contract.page.map
    if given is None:
        return
    fields, ends = {name: field for _, name, field in contract.fields()}, []
    for axis, name in (("x", given.x), ("y", given.y)):
        at, field = place(contract, axis), fields.get(name)
        if field is None:
            yield f'{at}there is no field "{name}".{nearest(name, fields)}'
        elif not isinstance(field, Numeric):
            yield f'{at}"{name}" is of kind {field.kind}, but a map takes two fields of kind number or integer.'
        elif field.min is None or field.max is None:
            yield f'{at}"{name}" needs min and max: they are the ends of the map.'
        else:
            ends.append((field.min, field.max))
    if given.x == given.y:
        yield f'{place(contract, "y")}"{given.y}" is already the horizontal axis: name another field for the vertical one.'
    if given.outline:
        yield from (f"{place(contract, 'outline')}{sentence}" for sentence in of_outline(root, given.outline, ends))


def of_outline(root: Path, named: str, ends: list[tuple[float, float]]) -> Iterator[str]:
    """Why a file can't be the outline of a map with these ends, as far as they are known."""
    try:
        drawn = geojson.read(root, named)
    except UserError as found:
        yield from found.sentences
        return
    if len(ends) < 2:
        return
    (left, right), (bottom, top) = ends
    if not any(left <= x <= right and bottom <= y <= top for x, y in geojson.corners(drawn)):
        yield f"nothing in {named} is on the map, which shows x from {left:g} to {right:g} and y from {bottom:g} to {top:g}: are x and y swapped?"


def place(contract: Contract, key: str) -> str:
    """`metadata.yml:40: page.map.x: `, the start of a sentence."""
    return f"{contract.where('page', 'map', key)}: page.map.{key}: "
