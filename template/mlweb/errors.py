"""What went wrong, in sentences a person can act on."""

import json
import re
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path


class UserError(Exception):
    """One or more sentences, each of which says what is wrong, where, and what to do."""

    def __init__(self, *sentences: str):
        super().__init__("\n".join(sentences))
        self.sentences = list(sentences)


def nearest(name: str, known) -> str:
    """The end of a sentence about an unknown name: ` Did you mean "bmi"?`, or nothing when none is near."""
    matches = get_close_matches(str(name), [str(candidate) for candidate in known], n=1, cutoff=0.5)
    return f' Did you mean "{matches[0]}"?' if matches else ""


def first_line(error: Exception) -> str:
    """What a library's exception says, without the codes and source lines that onnxruntime puts in front."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return re.sub(r"\[ONNXRuntimeError\] : \d+ : \w+ : |\S*/onnxruntime/core/\S+:\d+ .*?\)( const)?( \[with [^]]*\])? ", "", line)


def read_object(path: Path, fix: str) -> dict:
    """The JSON object in a file; raises UserError with `fix`, what to do, when there is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing: {fix}") from None
    except (RecursionError, ValueError):
        raise UserError(f"{path} is not valid JSON: {fix}") from None
    if not isinstance(data, dict):
        raise UserError(f"{path} is not a JSON object: {fix}")
    return data


def run(main: Callable[[], None]) -> int:
    """Exit code of a command: 0, or 1 after its problems were printed to stderr, one line each."""
    try:
        main()
    except UserError as problems:
        print(*problems.sentences, sep="\n", file=sys.stderr)
        return 1
    return 0
