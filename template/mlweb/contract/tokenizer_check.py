"""Whether a text that becomes tokens fits the graph: one field feeds the tokens, their mask and, where the graph has it, their segments."""

from collections.abc import Iterator

from mlweb.codec.kinds.text import TOKENS, Text
from mlweb.contract.schema import Contract
from mlweb.errors import nearest
from mlweb.graph.onnx_file import Signature, TensorInfo


def fed(contract: Contract, signature: Signature) -> dict[str, str]:
    """The inputs of the graph that a field feeds beside its own: name -> that field."""
    texts = [(name, given.tokenizer) for name, given in contract.inputs.items() if isinstance(given, Text) and given.tokenizer]
    return {other: name for name, tokenizer in texts for other in tokenizer.beside(signature.inputs).values()}


def problems(contract: Contract, signature: Signature) -> Iterator[str]:
    """A sentence for each input that a tokenizer can't feed."""
    for path, name, field in contract.fields():
        if not isinstance(field, Text) or not field.tokenizer:
            continue
        path = (*path, "tokenizer")
        at = f"{contract.where(*path)}: {'.'.join(path)}: "
        if len(path) > 3:
            yield f"{at}one of several fields can't be split into tokens: make the text an input of its own."
            continue
        for key, other in field.tokenizer.beside(signature.inputs).items():
            if other not in signature.inputs:
                cure = nearest(other, signature.inputs.keys() - contract.inputs.keys()) or f" {WITHOUT[key]}"
                yield f'{at}the model has no input "{other}".{cure}'
        ports = [signature.inputs.get(each) for each in (name, *field.tokenizer.beside(signature.inputs).values())]
        yield from (f"{at}{sentence}" for sentence in unfit([port for port in ports if port]))
    for name, by in fed(contract, signature).items():
        if name in contract.inputs:
            yield f'{contract.where("inputs", name)}: inputs.{name}: the tokenizer of "{by}" feeds it already: leave it out here.'


WITHOUT = {
    "mask": "Export the model with one, such as attention_mask: without it, what fills up a shorter text would count as text.",
    "types": "Leave types out.",
}


def unfit(ports: list[TensorInfo]) -> Iterator[str]:
    """A sentence for each of these inputs, the tokens first, that is no [N, tokens] of whole numbers, as the first."""
    for port in ports:
        if port.dtype not in TOKENS:
            yield f'the tokens of a text are int64 or int32, but "{port.name}" takes {port.dtype or port.what}.'
        elif port.dims is None or len(port.dims) != 2 or port.dims[0] not in (None, 1):
            yield f'"{port.name}" must take [N, tokens], with any N: export it so.'
        elif (port.dtype, port.dims[1]) != (ports[0].dtype, (ports[0].dims or [None, None])[-1]):
            yield f'"{port.name}" and "{ports[0].name}" must take the same shape and type: export them so.'
