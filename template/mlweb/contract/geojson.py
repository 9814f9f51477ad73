"""What a GeoJSON file draws: areas, lines and named places, whatever the file wraps them in."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlweb import files
from mlweb.errors import UserError, read_object

MOST = 5000  # positions: a drawing of a few hundred pixels shows no more, and every visit loads them
DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}  # of lists around a position
FIX = "save the outline as GeoJSON, which most map editors do."


def read(root: Path, named: str) -> dict[str, list]:
    """`areas`, each a list of rings, `lines`, and `places` with `at` and, if they have one, `name`, of a file of the project; raises UserError."""
    path = files.inside(root, named, files.TEXT)
    drawn: dict[str, list] = {"areas": [], "lines": [], "places": []}
    try:
        for kind, coordinates, name in geometries(read_object(path, FIX)):
            given = positions(coordinates, DEPTH[kind])
            many = given if kind.startswith("Multi") else [given]
            match kind.removeprefix("Multi"):
                case "Polygon":
                    drawn["areas"] += many
                case "LineString":
                    drawn["lines"] += many
                case "Point":
                    drawn["places"] += [{"at": at, **({"name": name} if name else {})} for at in many]
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text: {FIX}") from None
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise UserError(f"{path} is not valid GeoJSON: {FIX}") from None
    count = len(list(corners(drawn)))
    if count > MOST:
        raise UserError(f"{path} has {count:,} positions, too many for a small drawing: simplify it to at most {MOST:,}.")
    return drawn


def geometries(node: Any, name: str = "") -> Iterator[tuple[str, Any, str]]:
    """(type, coordinates, name of the feature) of everything in a GeoJSON object that has a place."""
    match node["type"]:
        case "FeatureCollection":
            for each in node["features"]:
                yield from geometries(each)
        case "Feature":
            if node["geometry"]:
                called = (node.get("properties") or {}).get("name")
                yield from geometries(node["geometry"], called if isinstance(called, str) else "")
        case "GeometryCollection":
            for each in node["geometries"]:
                yield from geometries(each, name)
        case kind:
            yield kind, node["coordinates"], name


def positions(node: Any, depth: int) -> list:
    """Coordinates without what may stand behind x and y, such as a height."""
    if depth:
        return [positions(each, depth - 1) for each in node]
    x, y = map(float, node[:2])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError
    return [x, y]


def corners(drawn: dict[str, list]) -> Iterator[list[float]]:
    """Every position of what is drawn."""
    for lines in [*drawn["areas"], drawn["lines"]]:
        for line in lines:
            yield from line
    yield from (place["at"] for place in drawn["places"])
