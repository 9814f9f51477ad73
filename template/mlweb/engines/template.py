"""The template of a prompt, in Jinja, as those of chat models are: it gets `prompt`, the same as the last of `messages`, and the special tokens."""

from typing import Any

from mlweb import runner
from mlweb.codec.kinds.conversation import Turns
from mlweb.errors import UserError, first_line

PACKAGE = "jinja2==3.1.6"
SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
NOT_RENDERED = "The template of the prompt does not render"
# What JavaScript takes for white space: the byte order mark, too, and not the control characters that Python does.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class TemplateText(str):
    """A text that a template strips of what it is stripped of in the page."""

    __slots__ = ()

    def strip(self, chars: str | None = None) -> str:
        return super().strip(WHITE if chars is None else chars)

    def lstrip(self, chars: str | None = None) -> str:
        return super().lstrip(WHITE if chars is None else chars)

    def rstrip(self, chars: str | None = None) -> str:
        return super().rstrip(WHITE if chars is None else chars)


def prompt_of(prompt: str, template: str | None, config: dict[str, Any], turns: Turns) -> str:
    """What a model reads of a prompt and the turns before it: what the template makes of them, or all of it line by line without one. Raises as below."""
    return rendered(template, prompt, config, turns) if template else "\n".join([*(said for turn in turns for said in turn), prompt])


def rendered(template: str, prompt: str, config: dict[str, Any], turns: Turns) -> str:
    """What a model reads of a prompt and the turns before it. config: tokenizer_config.json. Raises NativeError with what is wrong with the template."""
    if turns and "messages" not in template:
        raise runner.NativeError(f"{NOT_RENDERED}: it has no messages, so it would leave out the conversation")
    try:
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError:
        raise UserError(f"A template of a prompt can't be filled in without the package jinja2: add it with: uv add {PACKAGE}") from None
    tokens = {name: token["content"] if isinstance(token, dict) else token for name in SPECIAL if (token := config.get(name))}
    said = [(role, text) for turn in turns for role, text in zip(("user", "assistant"), turn, strict=True)]
    messages = [{"role": role, "content": TemplateText(text)} for role, text in (*said, ("user", prompt))]
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    try:
        return environment.from_string(template).render(messages=messages, prompt=TemplateText(prompt), add_generation_prompt=True, **tokens)
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        raise runner.NativeError(f"{NOT_RENDERED}: {first_line(error)}") from None
