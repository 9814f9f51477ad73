"""The contract: the typed, strict schema of metadata.yml.

`python -m mlweb.contract` writes the JSON Schema that editors use to complete and check metadata.yml.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PrivateAttr, Tag, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from typing_extensions import TypeAliasType

from mlweb.languages import Language, lacking, localised
from mlweb.problems import Problems, nearest, run

FILE = Path("metadata.yml")
SCHEMA = Path(__file__).with_name("metadata.schema.json")

Scalar = bool | int | float | str


def in_languages(given: Any) -> str:
    """Whether a text is given once, or in several languages."""
    return "languages" if isinstance(given, dict) else "text"


# What people read: a text, or one for each of the page's languages, such as {en: Age, fr: Âge}.
Several = Annotated[dict[Language, Annotated[str, Field(min_length=1)]], Field(min_length=1), Tag("languages")]
Words = TypeAliasType("Words", Annotated[Annotated[str, Tag("text")] | Several, Discriminator(in_languages)])
Title = TypeAliasType("Title", Annotated[Annotated[str, Field(min_length=1, max_length=120), Tag("text")] | Several, Discriminator(in_languages)])
ClassName = TypeAliasType("ClassName", Annotated[Annotated[Scalar, Tag("text")] | Several, Discriminator(in_languages)])


def listed(given: Any) -> Any:
    """`fr` is short for `[fr]`."""
    return given if isinstance(given, list) else [given]


class Strict(BaseModel):
    """A part of the contract: a key that is not listed here is an error, and text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Described(Strict):
    """What every field and output may say about itself."""

    label: Words | None = Field(None, description="The name people read; the ONNX name when absent.")
    unit: Words | None = Field(None, description="Shown behind the value, such as kg/m².")
    help: Words | None = Field(None, description="One sentence under the field.")

    def refers(self) -> list[tuple[str, str]]:
        """The other outputs of the graph that this one is shown with: (key, name)."""
        pairs = {key: getattr(self, key, None) for key in ("interval", "scores", "labels")}
        return [(key, name) for key, named in pairs.items() for name in ([named] if isinstance(named, str) else named or [])]


class Asked(Described):
    """A field of the form."""

    missing: Literal["refuse", "nan", "empty"] = Field(
        "refuse", description="What an empty field means: refuse it, or send NaN (floats) or an empty text (strings)."
    )


class Number(Asked):
    kind: Literal["number"]
    min: float | None = Field(None, description="Smaller values are refused.")
    max: float | None = Field(None, description="Larger values are refused.")
    step: float | None = Field(None, gt=0, description="Step of the slider and the arrow keys; any value may be typed.")
    default: float | None = Field(None, description="Where the form starts; the training median when absent.")

    @model_validator(mode="after")
    def ordered(self):
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError(f"min {self.min:g} must be below max {self.max:g}.")
        return self


class Integer(Number):
    kind: Literal["integer"]  # type: ignore[assignment]
    min: int | None = None  # type: ignore[assignment]
    max: int | None = None  # type: ignore[assignment]
    step: int | None = Field(None, gt=0)  # type: ignore[assignment]
    default: int | None = None  # type: ignore[assignment]


class Option(Strict):
    value: Scalar
    label: Words


def option(given: Any) -> Any:
    """`Paris` is short for `{value: Paris, label: Paris}`."""
    return given if isinstance(given, dict) else {"value": given, "label": str(given)}


class Choice(Asked):
    kind: Literal["choice"]
    choices: list[Annotated[Option | Scalar, BeforeValidator(option)]] = Field(min_length=1, description="Values, or {value, label}.")
    default: Scalar | None = None


class Toggle(Asked):
    kind: Literal["toggle"]
    default: bool | None = None


class Text(Asked):
    kind: Literal["text"]
    lines: int = Field(3, ge=1, le=40, description="Height of the field; 1 takes a single line.")
    default: str | None = None


class Given(Described):
    """A field whose value is an array: it is a whole input of the graph, and starts empty or with a file of the project."""

    default: str | None = Field(None, description="Path of a file to start with, such as examples/cat.jpg.")


class Image(Given):
    kind: Literal["image"]


class Drawing(Given):
    kind: Literal["drawing"]


class Audio(Given):
    kind: Literal["audio"]
    rate: int = Field(16_000, ge=8_000, le=96_000, description="Samples a second (Hz) that the model takes.")
    seconds: float | None = Field(None, gt=0, description="The longest recording.")


class Tensor(Given):
    kind: Literal["tensor"]


def kind_of(given: Any) -> str | None:
    """Which class an input is: by its kind, or a vector when it has fields."""
    if not isinstance(given, dict):
        return getattr(given, "kind", "fields")
    return "fields" if "fields" in given else given.get("kind")


Single = (
    Annotated[Number, Tag("number")]
    | Annotated[Integer, Tag("integer")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Toggle, Tag("toggle")]
    | Annotated[Text, Tag("text")]
)
Whole = Annotated[Image, Tag("image")] | Annotated[Drawing, Tag("drawing")] | Annotated[Audio, Tag("audio")] | Annotated[Tensor, Tag("tensor")]


class Vector(Strict):
    """One [N,k] tensor shown as k fields, in the tensor's order."""

    label: Words | None = None
    help: Words | None = None
    fields: dict[str, Annotated[Single, Discriminator(kind_of)]] = Field(min_length=1)


class Value(Described):
    kind: Literal["value"]
    decimals: int | None = Field(None, ge=0, le=15, description="Digits behind the point; as many as it takes when absent.")
    interval: list[str] | None = Field(None, min_length=2, max_length=2, description="Names of the outputs with its lower and upper end.")


class Classes(Described):
    kind: Literal["classes"]
    classes: list[ClassName] = Field(min_length=2, description="Class names in the order of the output's columns.")
    top: int | None = Field(None, ge=1, description="How many of the likeliest classes to show; all when absent.")
    threshold: float | None = Field(None, gt=0, lt=1, description="Below this probability the page says that it is not sure.")


class Boxes(Described):
    """An output [K, 4] of boxes x1, y1, x2, y2 in pixels of the input picture."""

    kind: Literal["boxes"]
    scores: str = Field(description="Name of the output [K] with how sure each box is, 0 to 1.")
    labels: str = Field(description="Name of the output [K] with the index of each box's class.")
    classes: list[ClassName] | None = Field(None, description="Class names by index; the index itself when absent.")


class ShownImage(Described):
    kind: Literal["image"]


class ShownText(Described):
    kind: Literal["text"]


class ShownAudio(Described):
    kind: Literal["audio"]
    rate: int = Field(16_000, ge=8_000, le=96_000, description="Samples a second (Hz) that the model gives.")


class ShownTensor(Described):
    kind: Literal["tensor"]


Shown = Value | Classes | Boxes | ShownImage | ShownText | ShownAudio | ShownTensor


class Model(Strict):
    file: str = "model/model.onnx"
    runtime: Literal["wasm"] = "wasm"


class Example(Strict):
    label: Words
    values: dict[str, Scalar | None] = Field(description="Field name to value; fields left out keep their default.")


class Parity(Strict):
    """How far the estimator and the ONNX model may differ; the browser's tolerance is fixed and tighter."""

    rtol: float = Field(1e-4, ge=0)
    atol: float = Field(1e-5, ge=0)
    rows_beyond: float = Field(0, ge=0, lt=1, description="Share of held-out rows that may lie beyond (trees), 0 to 1.")


class Page(Strict):
    panels: list[Literal["predict", "card", "benchmark", "embed", "what-if", "explain", "batch", "graph", "feedback", "privacy", "about"]] = ["predict", "card"]
    language: Annotated[list[Language], BeforeValidator(listed, json_schema_input_type=Language | list[Language])] = Field(
        ["en"], min_length=1, description="The page's language, or several: visitors start in the one their browser prefers, else in the first."
    )
    accent: str = Field("#2f6f4f", pattern=r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", description="The page's colour, such as #3b6.")


class Card(Strict):
    data: Words | None = Field(None, description="What the model learned from, and where that comes from.")
    license: Words | None = Field(None, description="Licence of model and data.")
    limits: Words | None = Field(None, description="What the model must not be used for, and where it is weak.")
    contact: Words | None = Field(None, description="Whom to ask.")


class Contract(Strict):
    """metadata.yml: one model, its form, its results and its page."""

    version: Literal[1] = Field(alias="schema", description="Version of this format.")
    name: Title
    description: Words = ""
    task: Literal["regression", "classification", "detection", "image", "text", "audio", "generation", "custom"] = "custom"
    model: Model = Model()
    inputs: dict[str, Annotated[Single | Whole | Annotated[Vector, Tag("fields")], Discriminator(kind_of)]] = Field(
        min_length=1, description="The graph's input names, each with its field or fields."
    )
    outputs: dict[str, Annotated[Shown, Field(discriminator="kind")]] = Field(min_length=1, description="The graph's output names, each with how it is shown.")
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

    def modules(self) -> list[str]:
        """The modules of the page's tables that it loads: its panels, kinds of fields, kinds of outputs and languages."""
        kinds = [("strings", language) for language in self.page.language]
        kinds += [("panels", name) for name in self.page.panels] + [("inputs", field.kind) for _, _, field in self.fields()]
        kinds += [("outputs", shown.kind) for shown in self.outputs.values()]
        return sorted({f"{folder}/{name}.js" for folder, name in kinds})

    def classes(self) -> set[str]:
        """The outputs that are rows of class probabilities."""
        return {name for name, shown in self.outputs.items() if isinstance(shown, Classes)}

    def fields(self) -> list[tuple[tuple[str, ...], str, "Single | Whole"]]:
        """Every field of the form: (path in the contract, field name, field)."""
        found = []
        for name, given in self.inputs.items():
            if isinstance(given, Vector):
                found += [(("inputs", name, "fields", key), key, field) for key, field in given.fields.items()]
            else:
                found.append((("inputs", name), name, given))
        return found


# Which class a key belongs to, by what pydantic calls its place.
PARTS = {part.__name__.lower(): part for part in (Number, Integer, Choice, Toggle, Text, Image, Drawing, Audio, Tensor, Model, Parity, Page, Card)}
PARTS |= {"fields": Vector, "examples": Example, "choices": Option}
SHOWN = {
    kind.removeprefix("shown"): part for part in (Value, Classes, Boxes, ShownImage, ShownText, ShownAudio, ShownTensor) for kind in [part.__name__.lower()]
}


def load(path: Path = FILE) -> Contract:
    """The contract in a YAML file; raises Problems with every mistake in it, each with its line."""
    if not path.is_file():
        raise Problems(f"{path} is missing: draft one from the model with: uv run poe describe model/model.onnx --output {path}")
    try:
        text = path.read_text(encoding="utf-8")
        source = YAML().load(text)
        given = YAML(typ="safe", pure=True).load(text)
    except UnicodeDecodeError:
        raise Problems(f"{path} is not UTF-8 text: save it with that encoding.") from None
    except MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise Problems(f"{path}{line}: this is not valid YAML: {error.problem}; look at the indentation, colons and quotes there.") from None
    except YAMLError as error:
        raise Problems(f"{path}: this is not valid YAML: {error}".replace("\n", " ")) from None
    if not isinstance(given, dict):
        raise Problems(f"{path} must be a map of keys such as schema, name, inputs and outputs.")
    try:
        contract = Contract.model_validate(given)
    except ValidationError as invalid:
        raise Problems(*(sentence(source, error) for error in invalid.errors())) from None
    contract._source = source
    people_read = given | {"examples": [example | {"values": None} for example in given.get("examples", [])]}
    problems = [
        f'{contract.where(*path)}: {".".join(map(str, path))}: the text in "{language}" is missing, which page.language offers.'
        for path, language in lacking(people_read, contract.page.language)
    ]
    if problems:
        raise Problems(*problems)
    return contract


def where(source: Any, path: tuple[str | int, ...]) -> str:
    """File and line of a path in a round-trip YAML tree."""
    line, node = None, source
    for key in path:
        try:
            line = (node.lc.key(key) if isinstance(node, dict) else node.lc.item(key))[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return f"{FILE}:{line}" if line else str(FILE)


def sentence(source: Any, error: Any) -> str:
    """One pydantic error as a sentence with its line and path."""
    path, node = [], source
    for key in error["loc"]:  # tags of unions are in pydantic's path, but not in the file
        if isinstance(node, (dict, list)) and (key in node if isinstance(node, dict) else isinstance(key, int)):
            path.append(key)
            node = node[key]
    last, spot = error["loc"][-1] if error["loc"] else "", ".".join(map(str, path))
    at = f"{where(source, tuple(path))}: {spot + ': ' if spot else ''}"
    match error["type"]:
        case "extra_forbidden":
            parts = SHOWN if error["loc"][0] == "outputs" else PARTS
            part = next((parts[key] for key in reversed(error["loc"][:-1]) if key in parts), Contract)
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
