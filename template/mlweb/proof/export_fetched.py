"""The end of an export for a language model that was fetched ready to run: there is no estimator of it here, so what computes natively is the reference."""

from pathlib import Path

from mlweb import runner
from mlweb.codec.encode import encode
from mlweb.codec.types import Row
from mlweb.contract import schema
from mlweb.contract.form import defaults, make_form
from mlweb.engines.fetched import read_source
from mlweb.engines.table import ENGINES
from mlweb.errors import UserError, first_line
from mlweb.proof import golden
from mlweb.proof.export import export

PROMPTS = ("Once upon a time", "The capital of France is", "How do I boil an egg?", "Déjà vu: 東京 👩‍🔬", "1, 2, 3,", "def add(a, b):", "Dear neighbours,", "?")


def export_fetched() -> None:
    """Prove and describe the model that `poe fetch-model` has put into the folder of metadata.yml; raises UserError."""
    agreed = schema.load()
    engine = ENGINES[agreed.model.engine]
    model = engine.load(Path(agreed.model.file))
    if sentences := list(engine.problems(model)):
        raise UserError(*(f"{agreed.model.file}: {sentence}" for sentence in sentences))
    signature = engine.signature(model, agreed.inputs)
    form = make_form(agreed, signature, {})
    session = engine.session(engine.finalize(model), engine.beside(Path(), agreed.model.file))
    start: Row = dict.fromkeys(golden.names(form)) | defaults(form)
    rows: list[Row] = [{**start, **example.values} for example in agreed.examples] + [{**start, "prompt": prompt} for prompt in PROMPTS]
    feeds = [encode(form, [row]) for row in rows]
    names = list(signature.outputs)
    try:
        outputs = [runner.compute(session, names, feed) for feed in feeds]
    except runner.NativeError as error:
        raise UserError(f"The model can't go on with a prompt: {first_line(error)}") from None
    source = read_source()
    export(
        model=Path(agreed.model.file),
        feeds={name: [feed[name] for feed in feeds] for name in feeds[0]},
        expected={name: [output[name] for output in outputs] for name in names},
        train={},
        rows=rows,
        about={"source": source, "data": f"Fetched ready to run: {source}. What it was trained on is said there."},
        packages=("tokenizers", "jinja2"),
        reference=engine.native,
    )
