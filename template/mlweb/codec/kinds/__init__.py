"""The table of input kinds. Each is a class, which says all that Python knows of it; web/codec/kinds.js has the same table for the page.

A row here is all that a new kind needs in Python: the schema of metadata.yml, its check against the graph, both ends of the form, made-up rows
and golden cases ask the classes.
"""

from typing import Annotated, Any, get_args

from pydantic import Tag

from mlweb.codec.kinds.audio import Audio
from mlweb.codec.kinds.base import ArrayField, FormField, InputKind
from mlweb.codec.kinds.choice import Choice
from mlweb.codec.kinds.conversation import Conversation
from mlweb.codec.kinds.number import Integer, Number
from mlweb.codec.kinds.picture import Drawing, Image
from mlweb.codec.kinds.series import Series
from mlweb.codec.kinds.tensor import Tensor
from mlweb.codec.kinds.text import Text
from mlweb.codec.kinds.toggle import Toggle

# One element of a tensor each; several of them may be the fields of one input.
ScalarInput = (
    Annotated[Number, Tag("number")]
    | Annotated[Integer, Tag("integer")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Toggle, Tag("toggle")]
    | Annotated[Text, Tag("text")]
    | Annotated[Conversation, Tag("conversation")]
)
# A whole input of the graph each.
ArrayInput = (
    Annotated[Image, Tag("image")]
    | Annotated[Drawing, Tag("drawing")]
    | Annotated[Audio, Tag("audio")]
    | Annotated[Series, Tag("series")]
    | Annotated[Tensor, Tag("tensor")]
)


def by_name(union: Any) -> dict[str, Any]:
    """The classes of a table by the name of their kind."""
    return {tag.tag: kind for row in get_args(union) for kind, tag in [get_args(row)]}


SCALARS: dict[str, type[FormField]] = by_name(ScalarInput)
ARRAYS: dict[str, type[ArrayField]] = by_name(ArrayInput)
KINDS: dict[str, type[InputKind]] = {**SCALARS, **ARRAYS}
