"""page.map: what it may name, which GeoJSON can be drawn, and that only a page with a map gets any of it."""

import json

import pytest

import models
from mlweb.contract import check, geojson, schema
from mlweb.errors import UserError
from mlweb.site import build
from mlweb.site.references import needed
from paths import ROOT
from small_project import contents, make, write

MAPPED = """schema: 1
name: Linear
inputs:
  a: {kind: number, default: 1, min: 0, max: 4}
  b: {kind: number, default: 2, min: 0, max: 10}
outputs:
  y: {kind: value, decimals: 2}
page:
  map:
    x: a
    y: b
    outline: map.geojson
"""
SQUARE = [[1, 1], [3, 1], [3, 8], [1, 1]]


def feature(kind: str, coordinates, **properties) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


GOOD = collection(feature("Polygon", [SQUARE]))


def mistakes(folder, monkeypatch, metadata: str = MAPPED, outline: str | None = GOOD) -> list[str]:
    """What `check` says of a project with this outline."""
    monkeypatch.chdir(models.project(folder, models.linear(), metadata))
    if outline is not None:
        (folder / "map.geojson").write_text(outline, encoding="utf-8")
    try:
        check.check()
    except UserError as found:
        return found.sentences
    return []


def test_a_map_that_fits_passes(tmp_path, monkeypatch):
    assert mistakes(tmp_path, monkeypatch) == []
    assert mistakes(tmp_path, monkeypatch, MAPPED.replace("    outline: map.geojson\n", ""), None) == []


WRONG = [
    ("    x: a\n", "    x: aa\n", 'metadata.yml:10: page.map.x: there is no field "aa". Did you mean "a"?'),
    ("a: {kind: number, default: 1, min: 0, max: 4}", "a: {kind: number, default: 1, min: 0}", 'metadata.yml:10: page.map.x: "a" needs min and max: '),
    ("b: {kind: number, default: 2, min: 0, max: 10}", "b: {kind: choice, choices: [1, 2]}", 'metadata.yml:11: page.map.y: "b" is of kind choice, but a map'),
    ("    y: b\n", "    y: a\n", 'metadata.yml:11: page.map.y: "a" is already the horizontal axis: name another field for the vertical one.'),
    ("map.geojson", "mop.geojson", "metadata.yml:12: page.map.outline: there is no file mop.geojson."),
    ("    outline:", "    outlin:", 'metadata.yml:12: page.map.outlin: unknown key "outlin". Did you mean "outline"?'),
    ("    y: b\n", "", 'metadata.yml:9: page.map: the key "y" is missing here.'),
    ("    y: b\n", "    y: b\n    aspect: 0\n", "metadata.yml:12: page.map.aspect: input should be greater than or equal to 0.2, not 0."),
]


@pytest.mark.parametrize(("good", "bad", "sentence"), WRONG, ids=[sentence for *_, sentence in WRONG])
def test_each_mistake_gets_its_sentence(tmp_path, monkeypatch, good, bad, sentence):
    assert good in MAPPED
    [found] = mistakes(tmp_path, monkeypatch, MAPPED.replace(good, bad, 1))
    assert found.startswith(sentence) and "\n" not in found


OUTLINES = [
    ("<svg/>", "map.geojson is not valid JSON: save the outline as GeoJSON"),
    ("[]", "map.geojson is not a JSON object: "),
    ("{}", "map.geojson is not valid GeoJSON: "),
    (collection({"type": "Feature"}), "map.geojson is not valid GeoJSON: "),
    (collection(feature("Circle", [1, 2])), "map.geojson is not valid GeoJSON: "),
    (collection(feature("Polygon", SQUARE)), "map.geojson is not valid GeoJSON: "),
    (collection(feature("Point", [1, None])), "map.geojson is not valid GeoJSON: "),
    ('{"type": "Point", "coordinates": [1, Infinity]}', "map.geojson is not valid GeoJSON: "),
    (collection(feature("LineString", [[1, 1]] * 5001)), "map.geojson has 5,001 positions, too many for a small drawing: simplify it to at most 5,000."),
    (
        collection(feature("Point", [8, 3])),
        "nothing in map.geojson is on the map, which shows x from 0 to 4 and y from 0 to 10: are x and y swapped?",
    ),
]


@pytest.mark.parametrize(("outline", "sentence"), OUTLINES, ids=[outline[:60] for outline, _ in OUTLINES])
def test_each_outline_that_can_not_be_drawn_gets_its_sentence(tmp_path, monkeypatch, outline, sentence):
    [found] = mistakes(tmp_path, monkeypatch, outline=outline)
    assert found.startswith(f"metadata.yml:12: page.map.outline: {sentence}")


def test_all_that_geojson_can_hold_is_drawn(tmp_path):
    path = tmp_path / "map.geojson"
    nested = {"type": "GeometryCollection", "geometries": [{"type": "MultiPoint", "coordinates": [[1, 2, 300], [3, 4]]}]}
    path.write_text(
        collection(
            feature("Polygon", [SQUARE, SQUARE]),
            feature("MultiPolygon", [[SQUARE], [SQUARE]]),
            feature("LineString", SQUARE),
            feature("MultiLineString", [SQUARE, SQUARE]),
            feature("Point", [5, 6.5], name="Zürich"),
            feature("Point", [5, 6], name=7),
            {"type": "Feature", "properties": None, "geometry": nested},
            {"type": "Feature", "properties": {"name": "nowhere"}, "geometry": None},
        ),
        encoding="utf-8",
    )
    assert geojson.read(path.parent, path.name) == {
        "areas": [[SQUARE, SQUARE], [SQUARE], [SQUARE]],
        "lines": [SQUARE] * 3,
        "places": [{"at": [5, 6.5], "name": "Zürich"}, {"at": [5, 6]}, {"at": [1, 2]}, {"at": [3, 4]}],
    }


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (MAPPED, {"map": {"x": "a", "y": "b", "aspect": 1.0, "areas": [[SQUARE]], "lines": [], "places": []}}),
        (MAPPED.replace("    outline: map.geojson\n", "    aspect: 2\n"), {"map": {"x": "a", "y": "b", "aspect": 2.0}}),
        (MAPPED[: MAPPED.index("page:")], {}),
    ],
    ids=["an outline", "no outline", "no map"],
)
def test_the_manifest_has_the_map_with_its_outline(tmp_path, metadata, expected):
    root = models.project(make(tmp_path / "small"), models.linear(), metadata)
    write(root / "map.geojson", GOOD)
    build.build(root, root / "dist")
    [manifest] = [json.loads(data) for name, data in contents(root / "dist").items() if name.endswith("manifest.json")]
    assert {key: value for key, value in manifest["page"].items() if key == "map"} == expected
    assert not list((root / "dist").rglob("*.geojson"))


NUMBERS = {name: {"kind": "number", "min": 0, "max": 9} for name in "ab"}
MINIMAL = {"schema": 1, "name": "x", "inputs": NUMBERS, "outputs": {"y": {"kind": "value"}}}


@pytest.mark.parametrize("given", [{}, {"map": {"x": "a", "y": "b"}}], ids=["no map", "a map"])
def test_only_a_page_with_a_map_downloads_its_code(given):
    web = build.web_files(ROOT / "template/web")
    agreed = schema.Contract.model_validate({**MINIMAL, "page": given})
    names, _ = needed(web, (ROOT / "template/web/index.html").read_text(encoding="utf-8"), agreed.modules())
    assert {name for name in names if name.startswith("inputs/map")} == ({name for name in web if name.startswith("inputs/map")} if given else set())
