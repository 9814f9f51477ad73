"""The views of the page: what a visitor who wants one thing finds together, and those that suit a model whose contract names none."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from mlweb.codec.kinds import ARRAYS, KINDS, SCALARS
from mlweb.codec.kinds.base import Strict
from mlweb.codec.kinds.picture import Picture
from mlweb.contract.kinds import Title
from mlweb.errors import nearest

TABLE = Path(__file__).parents[2] / "web/panels/index.js"  # of all panels, by the standard view that has them
SHARED = "predict"  # the one panel that may be in several views: the form and its result go along
WITH_FORM = {"explore"}  # the standard views that have it too: their panels go by what the form holds


def standard_views(table: str) -> dict[str, list[str]]:
    """The standard views of the page in their order, each with its panels in theirs, as the text of `TABLE` lists them."""
    found: dict[str, list[str]] = {}
    for view, panel in re.findall(r"^  (\w+): \{$|^    '?([\w-]+)'?: async ", table, re.MULTILINE):
        if view:
            found[view] = [SHARED] if view in WITH_FORM else []
        elif found:
            found[[*found][-1]].append(panel)
    return found


# The page has titles for them in each language.
STANDARD = standard_views(TABLE.read_text(encoding="utf-8", errors="replace") if TABLE.is_file() else "")  # none: schema.load says so
PANELS = list(dict.fromkeys(panel for panels in STANDARD.values() for panel in panels))
OWN = re.compile(r"own/[a-z0-9-]+")  # a panel of the project's own, in web/own/

CHARTED = {name for name, kind in SCALARS.items() if kind.learns}  # kinds of fields that what-if has a chart for
PICTURES = {name for name, kind in KINDS.items() if issubclass(kind, Picture)}
NUMERIC = {"value", "values", "point", "classes"}  # kinds of outputs with a number that can be drawn and explained
IN_A_TABLE = NUMERIC | {"label", "text", "nearest"}


def panel(name: Any) -> str:
    """The name of a panel, ours or the project's own; raises ValueError."""
    if name not in PANELS and not (isinstance(name, str) and OWN.fullmatch(name)):
        raise ValueError(f'there is no panel "{name}".{nearest(name, PANELS)} Known: {", ".join(PANELS)}; your own: own/name.')
    return name


Listed = Annotated[str, WithJsonSchema({"enum": PANELS, "type": "string"})]
PanelName = Annotated[str, BeforeValidator(panel, json_schema_input_type=Listed | Annotated[str, Field(pattern=f"^{OWN.pattern}$")])]


class View(Strict):
    """One view of the page: a tab, and what it shows."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Its name in the address: `?view=name`.")
    title: Title | None = Field(default=None, description=f"What its tab says; {', '.join(f'`{name}`' for name in STANDARD)} have titles already.")
    panels: list[PanelName] = Field(min_length=1, description=f"What it shows, in this order. `{SHARED}` may be in several views: it is the same form.")

    @model_validator(mode="after")
    def is_titled(self):
        if self.title is None and self.name not in STANDARD:
            raise ValueError(f'the view "{self.name}" needs a title; only {", ".join(STANDARD)} have titles already.')
        return self


def repeated(names: list[str]) -> str | None:
    """The first name that is there twice."""
    return next((name for name in names if names.count(name) > 1), None)


def standard(fields: set[str], outputs: set[str], has_graph: bool = True) -> list[View]:
    """The standard views with the panels that can work with these kinds of fields and outputs; a view with none of its own is left out.

    has_graph: whether there is an ONNX graph to draw.
    """
    numeric = bool(outputs & NUMERIC)
    works = {
        "what-if": numeric and bool(fields & CHARTED),
        "explain": numeric and bool(fields & (CHARTED | PICTURES)),
        "batch": not fields & ARRAYS.keys() and outputs <= IN_A_TABLE,
        "search": "nearest" in outputs,
        "graph": has_graph,
    }
    chosen = {name: [each for each in panels if works.get(each, True)] for name, panels in STANDARD.items()}
    return [View(name=name, panels=panels) for name, panels in chosen.items() if panels and (name == "try" or panels != [SHARED])]
