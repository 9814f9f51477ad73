"""The vectors of the lists that a contract names: native onnxruntime computes them once, and the page carries them."""

import numpy as np

from mlweb import runner
from mlweb.codec import nearest
from mlweb.codec.encode import encode
from mlweb.codec.refusal import ValidationErrors
from mlweb.codec.types import Form
from mlweb.contract import list_check
from mlweb.contract.schema import Contract
from mlweb.errors import UserError
from mlweb.proof import claims

AT_ONCE = 32  # texts: all are made as long as the longest of them


def make(agreed: Contract, form: Form, session: runner.Session, model_sha256: str) -> dict[str, bytes]:
    """The files of vectors by their paths. From now on the form knows them by their checksums. Raises UserError."""
    made = {}
    for output in form["outputs"]:
        if shown := list_check.ranked(agreed).get(output["name"]):
            items = shown.items
            found = vectors(form, session, output["name"], items.texts(), items.file)
            if sentences := list(claims.broken(agreed, {output["name"]: found})):
                raise UserError(*sentences)
            if not (sound := np.isfinite(found).all(axis=1)).all():
                raise UserError(f'{items.file}: the model gives NaN for "{items.texts()[int(np.argmin(sound))][:60]}": leave that text out.')
            data = nearest.written(items.texts(), found, model_sha256)
            output["items"] = {"sha256": nearest.register(data, items.vectors), "count": len(items.texts())}
            made[items.vectors] = data
    return made


def vectors(form: Form, session: runner.Session, name: str, texts: list[str], named: str) -> np.ndarray:
    """What the model gives for each text, [texts, width]. Raises UserError for a text that the form does not take."""
    [field] = form["inputs"][0]["fields"]
    size = AT_ONCE if form["batch"] else 1
    parts = []
    for at in range(0, len(texts), size):
        some = texts[at : at + size]
        try:
            feeds = encode(form, [{field["name"]: text} for text in some])
        except ValidationErrors as refused:
            first = refused.refusals[0]
            raise UserError(f'{named}: the form does not take "{some[first["row"]][:60]}": {first["message"]}') from None
        parts.append(runner.compute(session, [name], feeds, len(some))[name].reshape(len(some), -1))
    return np.concatenate(parts)
