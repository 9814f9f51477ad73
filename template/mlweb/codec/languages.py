"""The languages of the page, and texts that are given in each of them: `{en: Age, fr: Âge}`."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def is_text(node: Any) -> bool:
    """Whether this is one text in several languages."""
    return isinstance(node, dict) and bool(node) and node.keys() <= set(LANGUAGES) and all(isinstance(text, str) for text in node.values())


def localised(node: Any, language: str) -> Any:
    """A copy in one language: each text that is given in several is in this one."""
    if is_text(node):
        return node.get(language)
    if isinstance(node, dict):
        return {key: localised(value, language) for key, value in node.items()}
    return [localised(each, language) for each in node] if isinstance(node, list) else node


def lacking(node: Any, languages: list[Language], *path: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each (path, language) where a text is given in several languages, but not in this one."""
    if is_text(node):
        yield from ((path, language) for language in languages if language not in node)
    elif isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from lacking(value, languages, *path, key)
