"""The views of the page: what a visitor who wants one thing finds together, and those that suit a model whose contract names none."""

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from mlweb.contract.kinds import Strict, Title
from mlweb.errors import nearest

Panel = Literal["predict", "card", "benchmark", "embed", "what-if", "explain", "batch", "graph", "feedback", "privacy", "about"]
OWN = re.compile(r"own/[a-z0-9-]+")  # a panel of the project's own, in web/own/

# The standard views, in their order; the page has titles for them in each language.
STANDARD: dict[str, list[str]] = {
    "try": ["predict", "feedback"],
    "explore": ["predict", "what-if", "explain"],
    "rows": ["batch"],
    "about": ["card", "graph", "privacy"],
    "use": ["embed", "about", "benchmark"],
}
SHARED = "predict"  # the one panel that may be in several views: the form and its result go along

ARRAYS = {"image", "drawing", "audio", "series", "tensor"}
MOVED = {"number", "integer", "choice", "toggle"}  # kinds of fields that what-if has a chart for
NUMERIC = {"value", "values", "point", "classes"}  # kinds of outputs with a number that can be drawn and explained
IN_A_TABLE = NUMERIC | {"label", "text"}


def panel(name: Any) -> str:
    """The name of a panel, ours or the project's own; raises ValueError."""
    if name not in get_args(Panel) and not (isinstance(name, str) and OWN.fullmatch(name)):
        raise ValueError(f'there is no panel "{name}".{nearest(name, get_args(Panel))} Known: {", ".join(get_args(Panel))}; your own: own/name.')
    return name


PanelName = Annotated[str, BeforeValidator(panel, json_schema_input_type=Panel | Annotated[str, Field(pattern=f"^{OWN.pattern}$")])]


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


def standard(fields: set[str], outputs: set[str]) -> list[View]:
    """The standard views with the panels that can work with these kinds of fields and outputs; a view with none of its own is left out."""
    numeric = bool(outputs & NUMERIC)
    works = {
        "what-if": numeric and bool(fields & MOVED),
        "explain": numeric and bool(fields & (MOVED | {"image", "drawing"})),
        "batch": not fields & ARRAYS and outputs <= IN_A_TABLE,
    }
    chosen = {name: [each for each in panels if works.get(each, True)] for name, panels in STANDARD.items()}
    return [View(name=name, panels=panels) for name, panels in chosen.items() if panels and (name == "try" or panels != [SHARED])]
