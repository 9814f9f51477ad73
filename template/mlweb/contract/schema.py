"""The contract: the typed, strict schema of metadata.yml.

`python -m mlweb.contract.schema` writes the JSON Schema that editors use to complete and check metadata.yml.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, ValidationError, model_validator
from ruamel.yaml.comments import CommentedMap

from mlweb.codec.kinds import ArrayInput, ScalarInput
from mlweb.codec.kinds.base import Strict, Words
from mlweb.codec.kinds.text import Text
from mlweb.codec.languages import Language, lacking, localised
from mlweb.codec.types import Scalar
from mlweb.contract import yaml_file
from mlweb.contract.kinds import FIELDS, HEX, SHOWN, Classes, OutputKind, OutputText, Quantity, Title, Vector, kind_of
from mlweb.contract.views import PANELS, SHARED, PanelName, View, repeated, standard
from mlweb.errors import UserError, nearest, run
from mlweb.graph.probabilities import Activation

FILE = Path("metadata.yml")
SCHEMA = Path(__file__).with_name("metadata.schema.json")
SCHEMA_VERSION = 1  # the schema of this version; mlweb/contract/migrate.py lifts older files to it


def listed(given: Any) -> Any:
    """`fr` is short for `[fr]`."""
    return given if isinstance(given, list) else [given]


class Model(Strict):
    file: str = "model/model.onnx"
    engine: Literal["onnx", "transformers", "llama"] = Field(
        default="onnx",
        description="What computes: onnxruntime; or what goes on with a text by a language model, Transformers.js or, for a GGUF file, llama.cpp.",
    )
    source: Literal["site", "hub"] = Field(
        default="site",
        description="Where visitors download the model: from the site itself, or from the hub that `poe fetch-model` took it from, which then sees "
        "their address.",
    )
    runtime: Literal["wasm", "webgpu"] = Field(default="wasm", description="What runs the model: WebAssembly, or WebGPU where the browser has it.")
    split: Literal["wide", "own", "off"] = Field(
        default="wide",
        description="What a first visit downloads of the runtime: the functions that most models call, those that this model's golden cases call "
        "(`poe build` records them), or all. The rest comes when one of its functions is called.",
    )
    threads: int = Field(default=1, ge=1, le=64, description="How many threads to use where the page is isolated; elsewhere a single one.")

    @property
    def has_graph(self) -> bool:
        """Whether its file holds an ONNX graph, which can be drawn."""
        return self.engine != "llama"

    @model_validator(mode="after")
    def suits_its_engine(self):
        if self.engine == "llama" and not self.file.endswith(".gguf"):
            raise ValueError(f"the engine llama runs a GGUF file, not {self.file}: name one, such as model/model.gguf.")
        if self.engine == "llama" and (self.runtime, self.threads) != ("wasm", 1):
            raise ValueError("the engine llama computes in WebAssembly, on one thread: leave out runtime and threads.")
        if self.engine == "transformers" and self.runtime != "wasm":
            raise ValueError("the engine transformers computes in WebAssembly, where each token is native's: leave out runtime.")
        return self


class Example(Strict):
    label: Words
    values: dict[str, Scalar | None] = Field(description="Field name to value; fields that are left out keep their default.")


class Parity(Strict):
    """How much the estimator and the ONNX model may differ; the browser's tolerance is fixed and tighter."""

    rtol: float = Field(default=1e-4, ge=0)
    atol: float = Field(default=1e-5, ge=0)
    rows_beyond: float = Field(default=0, ge=0, lt=1, description="Share of held-out rows that may exceed this (trees), 0 to 1.")


class Map(Strict):
    """Two numbers of the form that are picked together as a point on a plane, which spans their `min` and `max`."""

    x: str = Field(description="Name of the field for the horizontal axis.")
    y: str = Field(description="Name of the field for the vertical axis.")
    outline: str | None = Field(
        default=None, description="A GeoJSON file to draw, such as map.geojson, in the units of x and y: areas, lines, and points with a `name`."
    )
    aspect: float = Field(default=1, ge=0.2, le=5, description="Width of the map divided by its height.")


class Page(Strict):
    views: list[View] | None = Field(
        default=None, min_length=1, description="The page's views, a tab each. Without views and panels: the standard ones that suit the model."
    )
    panels: list[PanelName] | None = Field(
        default=None, min_length=1, description="In place of views: all of it in one column, in this order; `own/name` is your own panel in web/own/."
    )
    start: Literal["example", "empty"] = Field(
        default="example",
        description="Where pictures, drawings, sounds, series, tensors and texts without a default start: with the first example, or empty.",
    )
    language: Annotated[list[Language], BeforeValidator(listed, json_schema_input_type=Language | list[Language])] = Field(
        default=["en"], min_length=1, description="The page's language, or several: visitors start in the one their browser prefers, or else in the first."
    )
    accent: str = Field(default="#2f6f4f", pattern=HEX, description="The page's colour, such as #3b6.")
    map: Map | None = Field(default=None, description="A map in the form on which two of its numbers are picked.")

    @model_validator(mode="after")
    def once(self):
        if self.views and self.panels:
            raise ValueError("give either views or panels, not both: panels is one column, views are tabs.")
        if twice := repeated(self.panels or []):
            raise ValueError(f'panels lists "{twice}" twice: a page has each panel once.')
        views = self.views or []
        if twice := repeated([view.name for view in views]):
            raise ValueError(f'views lists "{twice}" twice: each view has a name of its own.')
        listed = [name for view in views for name in view.panels if name != SHARED]
        if twice := repeated(listed) or next((SHARED for view in views if view.panels.count(SHARED) > 1), None):
            raise ValueError(f'views list "{twice}" twice: a page has each panel once, but for {SHARED}, which may be in several views.')
        return self


class Card(Strict):
    data: Words | None = Field(default=None, description="What the model was trained on, and where that data comes from.")
    license: Words | None = Field(default=None, description="The licence of the model and its data.")
    limits: Words | None = Field(default=None, description="What the model must not be used for, and its weaknesses.")
    contact: Words | None = Field(default=None, description="Who to contact with questions.")


def table_of(panel: str) -> tuple[str, str]:
    """The table that a panel is an entry of, and its name there."""
    return ("own", panel.removeprefix("own/")) if "/" in panel else ("panels", panel)


class Contract(Strict):
    """metadata.yml: one model, its form, its results and its page."""

    version: Literal[1] = Field(alias="schema", description="The version of this format.")
    name: Title
    description: Words = ""
    task: Literal["regression", "classification", "detection", "image", "text", "audio", "generation", "forecast", "custom"] = "custom"
    model: Model = Model()
    inputs: dict[str, Annotated[ScalarInput | ArrayInput | Annotated[Vector, Tag("fields")], Discriminator(kind_of)]] = Field(
        min_length=1, description="The graph's input names, each with its field or fields."
    )
    outputs: dict[str, Annotated[OutputKind, Field(discriminator="kind")]] = Field(
        min_length=1, description="The graph's output names, each with how it is shown."
    )
    examples: list[Example] = []
    parity: Parity = Parity()
    page: Page = Page()
    card: Card = Card()

    _source: Any = PrivateAttr(None)

    def where(self, *path: str | int) -> str:
        """`metadata.yml:12` for a path of keys; the nearest line above when the path itself is not written there."""
        return where(self._source, path)

    def first(self, text: Any) -> Any:
        """A text in the first of the page's languages."""
        return localised(text, self.page.language[0])

    def views(self) -> list[View]:
        """The views of the page: those given, or one of everything in `page.panels`, or the standard ones that suit the model."""
        if self.page.panels:
            return [View(name="all", title=self.name, panels=self.page.panels)]
        return self.page.views or self.suitable_views()

    def suitable_views(self) -> list[View]:
        """The standard views that suit the model."""
        return standard({field.kind for _, _, field in self.fields()}, {shown.kind for shown in self.outputs.values()}, self.model.has_graph)

    def panels(self) -> list[str]:
        """What the page shows in any of its views, each once."""
        return list(dict.fromkeys(name for view in self.views() for name in view.panels))

    def modules(self) -> set[tuple[str, str]]:
        """What the page loads of its tables, as (table, entry): its engine, panels, kinds of fields, kinds of outputs, languages and map."""
        kinds = [("strings", language) for language in self.page.language]
        kinds += [("runtime/engines", name) for name in (self.model.engine, *(["language-model"] if self.model.engine != "onnx" else []))]
        kinds += map(table_of, self.panels())
        kinds += [("inputs", "tokens" if isinstance(field, Text) and field.tokenizer else field.kind) for _, _, field in self.fields()]
        kinds += [("outputs", shown.kind) for shown in self.outputs.values()] + [("inputs", "map")] * (self.page.map is not None)
        return set(kinds)

    def first_modules(self) -> set[tuple[str, str]]:
        """What of it is there at once: the panels of the first view, and the first language."""
        later = [name for name in self.panels() if name not in self.views()[0].panels]
        return self.modules() - {("strings", language) for language in self.page.language[1:]} - {*map(table_of, later)}

    def listed_in(self, output: str) -> str:
        """Where the class names of an output are listed: the file of names, or metadata.yml itself."""
        given = self._source["outputs"][output].get("classes") if self._source else None
        return given if isinstance(given, str) else FILE.name

    def classes(self) -> set[str]:
        """The outputs that are rows of a number for each class."""
        return {name for name, shown in self.outputs.items() if isinstance(shown, Classes)}

    def tokens(self) -> set[str]:
        """The outputs that are the tokens of a text."""
        return {shown.tokens for shown in self.outputs.values() if isinstance(shown, OutputText) and shown.tokens}

    def probabilities(self) -> set[str]:
        """Those of them that are said to be probabilities."""
        return {name for name, shown in self.outputs.items() if isinstance(shown, Classes) and not shown.scores}

    def activations(self) -> dict[str, Activation]:
        """Those of them that end with softmax or sigmoid: name -> which."""
        given = {name: shown.probabilities for name, shown in self.outputs.items() if isinstance(shown, Classes)}
        return {name: function for name, function in given.items() if function in ("softmax", "sigmoid")}

    def fields(self) -> list[tuple[tuple[str, ...], str, "ScalarInput | ArrayInput"]]:
        """Every field of the form: (path in the contract, field name, field)."""
        found = []
        for name, given in self.inputs.items():
            if isinstance(given, Vector):
                found += [(("inputs", name, "fields", key), key, field) for key, field in given.fields.items()]
            else:
                found.append((("inputs", name), name, given))
        return found


# Which class a key belongs to, by what pydantic calls its place.
PARTS = FIELDS | {"examples": Example} | {part.__name__.lower(): part for part in (Model, Parity, Page, Map, Card)} | {"views": View}


def read(path: Path = FILE) -> tuple[str, Any, dict]:
    """A contract as text, as a tree that knows its lines, and as plain values; raises UserError when it is missing or no map of keys."""
    if not path.is_file():
        anew = f"draft one from what training left with: uv run poe describe --output {path}"
        raise UserError(f"{path} is missing: {anew}, or from an ONNX file with: uv run poe describe path/to/model.onnx --output {path}")
    return yaml_file.read(path, "of keys such as schema, name, inputs and outputs")


def model_file() -> Path:
    """Where metadata.yml has the model; raises UserError."""
    return Path(load().model.file)


def load(path: Path = FILE) -> Contract:
    """The contract in a YAML file; raises UserError with every mistake in it, each with its line."""
    if not PANELS:
        raise UserError("web/panels/index.js is missing, or lists no panel: take it back from git with: git checkout web/panels/index.js")
    _, source, given = read(path)
    if type(schema := given.get("schema")) is int and schema != SCHEMA_VERSION:
        older = f"is older than {SCHEMA_VERSION}, which this version of the page reads: upgrade it with: uv run poe migrate"
        newer = f"is newer than {SCHEMA_VERSION}, the newest that this version of the page reads: update it with: uvx copier update"
        raise UserError(f"{where(source, ('schema',))}: schema {schema} {older if schema < SCHEMA_VERSION else newer}")
    try:
        contract = Contract.model_validate(given, context={"root": path.parent})
    except ValidationError as invalid:
        raise UserError(*(sentence(source, error) for error in invalid.errors())) from None
    contract._source = source
    people_read = given | {
        "examples": [example | {"values": None} for example in given.get("examples", [])],
        "outputs": {name: shown | {"names": [*(shown.get("names") or {}).values()]} for name, shown in given["outputs"].items()},  # {en: English} is an element
    }
    problems = [
        f'{contract.where(*path)}: {".".join(map(str, path))}: the text in "{language}" is missing, which page.language offers.'
        for path, language in lacking(people_read, contract.page.language)
    ]
    if problems:
        raise UserError(*problems)
    return contract


def where(source: Any, path: tuple[str | int, ...]) -> str:
    """File and line of a path in a round-trip YAML tree."""
    line, node = None, source
    for key in path:
        try:
            line = (node.lc.key(key) if isinstance(node, CommentedMap) else node.lc.item(key))[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return f"{FILE}:{line}" if line else str(FILE)


def sentence(source: Any, error: Any) -> str:
    """One pydantic error as a sentence with its line and path."""
    path, node, loc = [], source, error["loc"]
    for key in loc[:2] + loc[3:] if loc[:1] == ("outputs",) else loc:  # tags of unions are in pydantic's path, but not in the file
        if isinstance(node, (dict, list)) and (key in node if isinstance(node, dict) else isinstance(key, int)):
            path.append(key)
            node = node[key]
    last, spot = error["loc"][-1] if error["loc"] else "", ".".join(map(str, path))
    at = f"{where(source, tuple(path))}: {spot + ': ' if spot else ''}"
    match error["type"]:
        case "extra_forbidden":
            parts = SHOWN if error["loc"][0] == "outputs" else PARTS
            part = next((parts[key] for key in reversed(error["loc"][:-1]) if key in parts), Contract)
            part = Quantity if parts is SHOWN and len(path) > 3 else part  # one of several numbers, whose name may be that of a kind
            known = [field.alias or name for name, field in part.model_fields.items()]
            return f'{at}unknown key "{last}".{nearest(str(last), known) or " Known here: " + ", ".join(known) + "."}'
        case "missing":
            return f'{at}the key "{last}" is missing here.'
        case "union_tag_not_found":
            return f"{at}needs a kind, or fields for a vector."
        case "union_tag_invalid":
            tags = error["ctx"]["expected_tags"].replace("'", "")
            return f'{at}unknown kind "{error["ctx"]["tag"]}".{nearest(error["ctx"]["tag"], tags.split(", ")) or ""} Known: {tags}.'
        case "value_error":
            return f"{at}{error['ctx']['error']}"
        case _:
            return f"{at}{error['msg'][0].lower()}{error['msg'][1:]}, not {json.dumps(error['input'], default=str, ensure_ascii=False)[:60]}."


def write_schema() -> None:
    """Write the JSON Schema for editors next to this module."""
    schema = Contract.model_json_schema(by_alias=True)
    SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(run(write_schema))
