"""The code speaks in the field's standard terms: names that only we understood were given up, and none of them comes back."""

import ast
import re
from pathlib import Path

from commands import git
from paths import ROOT

# What a name was, by language; the names in their place are in the code. Compared with whole identifiers.
PYTHON = {
    *("Unfit", "Refusals", "Problems", "brief", "mend", "trial", "hosted", "TODAY", "DICE", "Port", "Whole", "Single", "Asked", "Given"),
    *("Shown", "ugly", "misfits", "export_as_it_is", "replacing", "Scope", "attempt", "joined", "homeless", "chance"),
}
JAVASCRIPT = {
    *("alarm", "calm", "Watched", "told", "tellOfNewer", "whyNot", "Instead", "Way", "passOn", "withoutCard", "Trouble", "makeHeld", "Unfit"),
    *("Refusals", "Asked", "Given", "hear", "PATIENCE", "MOST", "FEW", "addressOf", "Problems", "Port", "Whole", "Single", "Shown"),
}
MODULES = {
    "py": {"problems", "brief", "mend", "trial", "rows", "fit", "hosted", "hosts", "folders", "pack", "native"},
    "js": {"alarm", "watched", "kept", "told", "newer", "start", "hear", "held", "trouble", "gpu"},
}
GIVEN_UP = "names that we gave up, as they did not say what they are: find others"
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
# Comments, strings and templates (without what they compute) are no code.
NO_CODE = re.compile(r"""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\$]|\$(?!\{))*`""", re.DOTALL)
# A type that a comment defines, or takes from another file, is code as well: the first name that follows a closed brace.
TYPEDEF = re.compile(r"@typedef\b(?:(?!@typedef).)*?\}[\s*]+([A-Za-z_$][\w$]*)", re.DOTALL)


def code_files(*patterns: str) -> list[str]:
    return [path for path in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", *patterns).splitlines() if (ROOT / path).is_file()]


def names_in_python(text: str) -> set[str]:
    """Every name that the code defines or uses."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names |= {*name.split("."), asname or ""}
    return names


def names_in_javascript(text: str) -> set[str]:
    """Every name of the code, and of the types that its comments define."""
    return {*IDENTIFIER.findall(NO_CODE.sub(" ", text)), *TYPEDEF.findall(text)}


def test_python_uses_none_of_the_old_names():
    found = {path: sorted(names_in_python((ROOT / path).read_text(encoding="utf-8")) & PYTHON) for path in code_files("template/mlweb/*.py")}
    assert {path: names for path, names in found.items() if names} == {}, GIVEN_UP


def test_javascript_uses_none_of_the_old_names():
    found = {
        path: sorted(names_in_javascript((ROOT / path).read_text(encoding="utf-8")) & JAVASCRIPT)
        for path in code_files("template/web/*.js")
        if not path.startswith("template/web/strings/")
    }
    assert {path: names for path, names in found.items() if names} == {}, GIVEN_UP


def test_no_module_has_an_old_name():
    modules = [Path(path) for path in code_files("template/mlweb/*.py", "template/web/*.js")]
    assert [path for path in modules if path.stem in MODULES[path.suffix[1:]]] == []


def test_an_old_name_would_be_found():
    assert names_in_python("from mlweb.problems import Problems\ndef f(x):\n    raise Problems(x)") & PYTHON == {"Problems"}
    assert names_in_javascript("// alarm\nalarm('Way')") & JAVASCRIPT == {"alarm"}
    comment = "/** Shown, @typedef {{ends: {from: Way},\n *  to: Asked}} Port a tensor\n * @typedef {object} Whole */"
    assert names_in_javascript(comment) & JAVASCRIPT == {"Port", "Whole"}
