"""What went wrong, in sentences a person can act on."""

import json
import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mlweb.console import guard_warnings, say

MOST_BYTES = 200_000_000  # of a JSON file


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


def mixed_floats(said: str) -> str:
    """What to do about a graph that takes float64 where it goes on with float32, by what onnx or onnxruntime say of it; "" for any other fault."""
    is_mixed = any(sign in said for sign in ("(11) vs (1)", "(1) vs (11)", "tensor(double)"))  # the numbers of these types in ONNX
    return ". It mixes float64 and float32: convert the data before the export, such as to_onnx(model, X[:1].astype(np.float32))" if is_mixed else ""


def read_object(path: Path, fix: str) -> dict:
    """The JSON object in a file; raises UserError with `fix`, what to do, when there is none."""
    if path.exists() and (not path.is_file() or path.stat().st_size > MOST_BYTES):
        raise UserError(f"{path} is no file of at most {MOST_BYTES:,} bytes: {fix}")
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(data, ensure_ascii=False).encode()  # half a character can't be written again
    except FileNotFoundError:
        raise UserError(f"{path} is missing: {fix}") from None
    except (RecursionError, ValueError):
        raise UserError(f"{path} is not valid JSON: {fix}") from None
    if not isinstance(data, dict):
        raise UserError(f"{path} is not a JSON object: {fix}")
    return data


def read_shaped(path: Path, shape: Any, fix: str, in_part: bool = False) -> dict:
    """The same, and it has the types of a TypedDict; in_part: whether keys may be missing."""
    from pydantic import TypeAdapter, ValidationError  # here, because few commands read such a file

    found = read_object(path, fix)
    try:
        TypeAdapter(shape).validate_python(found, strict=True)
    except ValidationError as invalid:
        for error in invalid.errors():
            if error["type"] != "missing" or not in_part:
                raise UserError(f"{path}: {'.'.join(map(str, error['loc']))}: {error['msg'][0].lower()}{error['msg'][1:]}: {fix}") from None
    return found


def run(main: Callable[[], None]) -> int:
    """Exit code of a command: 0, or 1 after its problems were printed to stderr, one line each."""
    guard_warnings()
    try:
        main()
    except UserError as problems:
        say(*problems.sentences, error=True)
        return 1
    return 0
