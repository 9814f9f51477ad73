"""The model of a page, in Python that runs in a browser (JupyterLite, PyScript): what embed.js is to JavaScript.

from page_model import load

model = await load()
await model.predict({"bmi": 31.5})
"""

from typing import Any

import js  # pyright: ignore[reportMissingImports]  Pyodide's
from pyodide.code import run_js  # pyright: ignore[reportMissingImports]
from pyodide.ffi import JsException, jsnull, to_js  # pyright: ignore[reportMissingImports]


class PageError(Exception):
    """What the page says of a model or of values that it refuses, in its own sentences."""


class Model:
    """A model that computes on this device. Calls are answered in the order in which they came."""

    def __init__(self, model: Any):
        self._model = model

    async def predict(self, values: dict[str, Any]) -> dict[str, Any]:
        """Output name -> result, such as {"kind": "value", "value": 171.2}.

        `values` are those of the form: field name -> number, text, True or False, None for an empty field, bytes for a file, or
        {"dtype", "dims", "data"} for an array. Fields that are left out keep their default. Raises PageError.
        """
        return await said(self._model.predict(as_js(values)))

    async def prove(self) -> dict[str, Any]:
        """Computes the cases that the site carries: `passed`, `cases`, and how far this browser's answers are from Python's. Raises PageError."""
        return await said(self._model.prove())

    def close(self) -> None:
        """Free its memory."""
        self._model.close()


async def load(src: str = "..") -> Model:
    """The model of a site, by default of the one that this notebook belongs to. Raises PageError."""
    here = js.location.href.partition("/extensions/@jupyterlite/")[0] + "/"  # in JupyterLite the kernel's own script is deeper down
    site = js.URL.new(src, here).href.rstrip("/") + "/"
    bring = run_js("(url) => import(url)")
    try:
        embed = await bring(f"{site}embed.js")
    except JsException:
        raise PageError(f"There is no model at {site}, or it can't be reached: check the address and the connection.") from None
    try:
        return Model(await embed.load(site))
    except JsException as error:
        raise PageError(error.message) from None


async def said(promise: Any) -> dict[str, Any]:
    """What a promise resolves to, as Python has it; raises PageError."""
    try:
        return (await promise).to_py()
    except JsException as error:
        raise PageError(error.message) from None


def as_js(value: Any) -> Any:
    """A value as JavaScript has it: None as null, which is an empty field, and bytes as a file."""
    if value is None:
        return jsnull
    if isinstance(value, bytes):
        return js.Blob.new([to_js(value)])
    if isinstance(value, dict):
        return js.Object.fromEntries(to_js([[name, as_js(each)] for name, each in value.items()]))
    if isinstance(value, (list, tuple)):
        return to_js([as_js(each) for each in value])
    return value
