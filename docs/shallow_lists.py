"""Python-Markdown as GitHub has it: what belongs to an item of a list is indented by two spaces or three, not by four."""

from markdown import Extension, Markdown
from markdown.blockprocessors import ListIndentProcessor, OListProcessor


class ShallowLists(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  the name is Python-Markdown's
        md.tab_length = 2
        for processor in md.parser.blockprocessors:  # made before, of the length that was
            processor.tab_length = md.tab_length
            if isinstance(processor, ListIndentProcessor | OListProcessor):
                type(processor).__init__(processor, md.parser)


def makeExtension(**_) -> Extension:  # noqa: N802
    return ShallowLists()
