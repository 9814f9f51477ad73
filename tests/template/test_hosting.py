"""What each hosting adds to a project: files that their hosts understand, whose commands exist, and what the build makes of them.

Which files these are stands in test_render.py, the limits in test_hosts.py, nginx in test_nginx.py.
"""

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import copier
import pytest
import yaml
from test_render import TITLES

from mlweb.errors import UserError
from mlweb.site import project as projects
from mlweb.site import serve
from mlweb.site.build import OUT, build
from mlweb.site.host_files import space
from mlweb.site.host_limits import HOSTS
from paths import ROOT
from small_project import contents, edit, make, write
from template_copy import QUESTIONS

HOSTINGS = list(QUESTIONS["hosting"]["choices"].values())
DOC = (ROOT / "docs/how-to/hosting.md").read_text(encoding="utf-8")
YEAR = "public, max-age=31536000, immutable"


def read(project: Path, path: str) -> str:
    return (project / path).read_text(encoding="utf-8")


def tasks(project: Path) -> dict:
    return tomllib.loads(read(project, "pyproject.toml"))["tool"]["poe"]["tasks"]


def commands(text: str) -> list[str]:
    """Every `uv run ...` of a text, in order."""
    return re.findall(r"uv run [\w .:/-]+", text)


@pytest.fixture(scope="module")
def made_for(source, tmp_path_factory):
    """made_for(hosting) -> a project, whose repository is ada/prices."""

    @cache
    def made_for(hosting: str) -> Path:
        project = tmp_path_factory.mktemp("hosted") / "project"
        answers = {"hosting": hosting, "repository": "ada/prices"}
        copier.run_copy(str(source), project, data=answers, defaults=True, quiet=True, unsafe=False)
        return project

    return made_for


@pytest.fixture(scope="module")
def headers(source) -> str:
    """The _headers file that is given to both hosts that read one."""
    [path] = (source / "template").glob("{% if hosting*/web/_headers")
    return path.read_text(encoding="utf-8")


def rules(text: str) -> dict[str, dict[str, str]]:
    """A _headers file as Cloudflare Pages and Netlify both read it: path -> name -> value. Stricter than each: a * only at the end."""
    found, path = {}, None
    for line in text.splitlines():
        assert len(line) < 2000
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("/"):
            path = line
            assert re.fullmatch(r"/[\w./-]*\*?", path) and path not in found
            found[path] = {}
        else:
            name, value = re.fullmatch(r"  ([A-Za-z-]+): (\S.*\S|\S)", line).groups()
            assert name not in found[path]
            found[path][name] = value
    assert len(found) <= 100 and all(found.values())
    return found


def sent(found: dict[str, dict[str, str]], path: str) -> dict[str, str]:
    """The headers of a path; hosts join what two rules say of one header, so no two may."""
    matching = [rule for pattern, rule in found.items() if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1]))]
    names = [name for rule in matching for name in rule]
    assert len(names) == len(set(names)), path
    return {name: value for rule in matching for name, value in rule.items()}


def test_every_answer_is_a_host_of_the_table():
    assert [*HOSTS] == HOSTINGS
    assert {path.stem for path in (ROOT / "hooks/publish").iterdir()} == HOSTS.keys(), "the README says how to publish there"


@pytest.mark.parametrize("hosting", HOSTINGS)
def test_the_readme_says_how_to_publish_by_commands_that_exist(made_for, hosting):
    project = made_for(hosting)
    how = read(project, "README.md").split("## Publish")[1].split("## Updates")[0]
    assert {command.split()[3] for command in commands(how) if " poe " in command} <= tasks(project).keys()
    for path in re.findall(r"`((?:\.|web/|netlify)[\w./-]+)`", how):
        assert (project / path).is_file(), path
    assert len(how) > 150


@pytest.mark.parametrize("hosting", HOSTINGS)
def test_the_docs_have_a_section_for_every_hosting(hosting):
    label = next(label for label, value in QUESTIONS["hosting"]["choices"].items() if value == hosting).split(" (")[0]
    sections = {title: text for title, text in re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", DOC, re.MULTILINE)}
    if hosting != "other":
        for what in ("**Once", "**Limited:**", "**Undo:**"):
            assert what in sections[label], what
    for anchor in re.findall(r"\(#([a-z-]+)\)", DOC):
        assert anchor in [title.lower().replace(" ", "-") for title in sections], anchor


def amount(count: int) -> str:
    """Bytes as a host itself counts them: 25 MiB, 1 GB."""
    unit, factor = next((unit, factor) for unit, factor in (("GB", 10**9), ("MiB", 2**20), ("MB", 10**6)) if count % factor == 0)
    return f"{count // factor} {unit}"


def test_the_docs_have_the_limits_of_the_table():
    rows = {label: limits for label, limits in re.findall(r"^\| \[([^]]+)\].*\| (.+) \|$", DOC, re.MULTILINE)}
    for label, hosting in QUESTIONS["hosting"]["choices"].items():
        host = HOSTS[hosting]
        limits = [host.file and f"{amount(host.file)} per file", host.site and f"{amount(host.site)} in total", host.files and f"{host.files:,} files"]
        if hosting != "other":
            assert rows[label.split(" (")[0]] == (", ".join(filter(None, limits)) or "none")


# ---- GitLab Pages


@pytest.fixture
def gitlab(made_for) -> tuple[Path, dict]:
    project = made_for("gitlab-pages")
    return project, yaml.safe_load(read(project, ".gitlab-ci.yml"))


def test_gitlab_does_what_github_does(gitlab, made_for):
    project, pipeline = gitlab
    ours = commands("\n".join(pipeline["prove"]["script"]))
    theirs = commands(read(made_for("github-pages"), ".github/workflows/pages.yml"))
    assert [command.split()[3] for command in ours if " poe " in command] == ["train", "export", "check", "build", "test", "build"]
    rest = iter(theirs)
    assert all(command in rest for command in ours), "in this order, whatever GitHub does between"
    assert {command.split()[3] for command in ours if " poe " in command} <= tasks(project).keys()


def test_gitlab_publishes_the_default_branch_only(gitlab):
    _, pipeline = gitlab
    default = {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}
    assert pipeline["pages"]["rules"] == [default] and default in pipeline["workflow"]["rules"]
    assert pipeline["pages"]["pages"]["publish"] == str(OUT) and pipeline["pages"]["artifacts"]["paths"] == [f"{OUT}/"]
    assert pipeline["prove"]["artifacts"]["paths"] == [f"{OUT}/"] and pipeline["prove"]["stage"] == "test"
    assert pipeline.keys() == {"image", "variables", "workflow", "prove", "pages"}


def test_gitlab_keeps_what_it_fetched(gitlab):
    _, pipeline = gitlab
    kept = pipeline["prove"]["cache"]
    for name in ("UV_CACHE_DIR", "PLAYWRIGHT_BROWSERS_PATH"):
        folder = pipeline["variables"][name].removeprefix("$CI_PROJECT_DIR/")
        assert any(folder.startswith(path) for path in kept["paths"])
    assert ".vendor/" in kept["paths"] and kept["key"]["files"] == ["pyproject.toml", "package-lock.json"]


def test_gitlab_finds_every_file_worth_compressing_compressed(gitlab, tmp_path):
    _, pipeline = gitlab
    worth = [suffix for suffix, (_, is_worth) in serve.TYPES.items() if is_worth and suffix not in (".mjs", ".ico")]
    for suffix in (*worth, ".png", ".jpg"):
        write(tmp_path / f"dist/app-1/file{suffix}", "text " * 100)
    [command] = [line for line in pipeline["pages"]["script"] if "gzip" in line]
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert set(contents(tmp_path / "dist/app-1")) == {f"file{suffix}{gz}" for suffix in worth for gz in ("", ".gz")} | {"file.png", "file.jpg"}


def test_versions_are_exact_and_the_same_everywhere(gitlab, made_for):
    _, pipeline = gitlab
    assert re.fullmatch(r"python:3\.\d+\.\d+-[a-z]+", pipeline["image"])
    named = {
        "GitHub": re.findall(r"^ +version: ([\d.]+)$", read(made_for("github-pages"), ".github/workflows/pages.yml"), re.MULTILINE),
        "Makefile": re.findall(r"uv==([\d.]+)", read(ROOT, "Makefile")),
        "GitLab": re.findall(r"uv==([\d.]+)", str(pipeline)),
        "Netlify": re.findall(r"uv==([\d.]+)", read(made_for("netlify"), "netlify.toml")),
        "Cloudflare": re.findall(r"uv==([\d.]+)", read(made_for("cloudflare-pages"), "README.md")),
        "docs": re.findall(r"uv==([\d.]+)", DOC),
    }
    assert all(named.values()) and len({version for versions in named.values() for version in versions}) == 1, named


# ---- Cloudflare Pages and Netlify


def test_netlify_builds_what_it_publishes(made_for):
    project = made_for("netlify")
    settings = tomllib.loads(read(project, "netlify.toml"))
    assert settings["build"].keys() == {"command", "publish", "environment"}
    assert settings["build"]["publish"] == str(OUT)
    assert [command.split()[3] for command in commands(settings["build"]["command"])] == ["build"]
    assert f"`{settings['build']['command']}`" in DOC, "Cloudflare Pages has the same command, typed in"
    needed = tomllib.loads(read(project, "pyproject.toml"))["project"]["requires-python"]
    assert settings["build"]["environment"]["PYTHON_VERSION"].split(".") >= needed.removeprefix(">=").split(".")


def test_the_build_needs_neither_browsers_nor_training(made_for):
    """For UV_NO_DEFAULT_GROUPS leaves both out."""
    project = made_for("netlify")
    pyproject = tomllib.loads(read(project, "pyproject.toml"))
    script = (
        "import json, sys; from importlib.metadata import packages_distributions; import mlweb.site.build; packages = packages_distributions()\n"
        "print(json.dumps([name for module in {name.split('.')[0] for name in sys.modules} for name in packages.get(module, [])]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    optional = {pin.split("==")[0] for group in pyproject["dependency-groups"].values() for pin in group} - {"protobuf"}  # which onnx brings along
    imported = json.loads(done.stdout)
    assert "onnx" in imported and not optional & set(imported)


def test_headers_keep_what_is_named_by_its_content_and_nothing_else(tmp_path, headers):
    root = make(tmp_path)
    write(root / "web/_headers", headers)
    build(root, root / "dist")
    found = rules(read(root, "dist/_headers"))
    assert rules(headers).keys() == {re.sub("^/app-[0-9a-f]{12}/", "/app/", path) for path in found}
    for name in ["", *contents(root / "dist")]:
        all_sent = sent(found, f"/{name}")
        assert (all_sent["X-Content-Type-Options"], all_sent["Access-Control-Allow-Origin"]) == ("nosniff", "*"), name
        if "/" in name:
            assert all_sent["Cache-Control"] == YEAR, name
        elif name in ("", "index.html", "sw.js", "embed.js", "model.json"):
            assert all_sent["Cache-Control"] == "no-cache", name
        else:
            assert "Cache-Control" not in all_sent, name
    [model], [manifest] = (list((root / "dist").glob(pattern)) for pattern in ("model/*", "app-*/app.webmanifest"))
    assert sent(found, f"/{model.relative_to(root / 'dist').as_posix()}")["Content-Type"] == serve.TYPES[".onnx"][0]
    assert sent(found, f"/{manifest.relative_to(root / 'dist').as_posix()}")["Content-Type"] == serve.TYPES[".webmanifest"][0]


def test_headers_are_the_hosts_alone(tmp_path, headers):
    """Neither part of the page nor of what a proof is about; a project without them builds as well."""
    root = make(tmp_path)
    without = build(root, root / "dist")
    assert "_headers" not in without.sizes
    write(root / "web/_headers", headers)
    built = build(root, root / "dist")
    assert built.sizes.keys() == without.sizes.keys() | {"_headers"} and built.digest == without.digest


def test_a_file_too_big_is_named_in_one_sentence(tmp_path):
    root = make(tmp_path)
    edit(root / "pyproject.toml", "github-pages", "cloudflare-pages")
    write(root / "web/film.webm", bytes(26 * 2**20))
    with pytest.raises(UserError) as refused:
        build(root, root / "dist")
    [sentence] = refused.value.sentences
    assert re.fullmatch(r"app-\w+/film\.webm has 27\.3 MB, and Cloudflare Pages takes at most 26\.2 MB per file: make it smaller, .*\.", sentence)
    assert not (root / "dist").exists()


@pytest.mark.parametrize("threads", [1, 4])
def test_a_page_that_computes_on_threads_is_isolated(tmp_path, headers, threads):
    root = make(tmp_path)
    write(root / "web/_headers", headers)
    write(root / "metadata.yml", f"{read(root, 'metadata.yml')}model: {{threads: {threads}}}\n")
    edit(root / "pyproject.toml", "github-pages", "huggingface")
    build(root, root / "dist")
    isolated = {} if threads == 1 else serve.ISOLATED
    for path, rule in rules(read(root, "dist/_headers")).items():
        assert {name: value for name, value in rule.items() if name.startswith("Cross-Origin-")} == (isolated if path == "/*" else {})
    settings = yaml.safe_load(read(root, "dist/README.md").split("---\n")[1])
    assert settings.get("custom_headers", {}) == {name.lower(): value for name, value in isolated.items()}


# ---- Hugging Face


@pytest.mark.parametrize("title", TITLES)
def test_a_space_is_told_what_it_is(tmp_path, title):
    root = make(tmp_path)
    edit(root / "pyproject.toml", 'title = "Small \\"things\\""', f"title = {json.dumps(title, ensure_ascii=False)}")
    _, header, body = space(projects.load(root / "pyproject.toml"), {}).split("---\n", 2)
    assert yaml.safe_load(header) == {"title": title, "sdk": "static", "app_file": "index.html"}
    assert body.startswith("\nA project <for> tests\n\n") and body.endswith("upload.\n")


def test_the_build_gives_a_space_its_readme_and_nobody_else(tmp_path):
    root = make(tmp_path)
    write(root / "README.md", "# Mine\n")
    for hosting in HOSTINGS:
        pyproject = root / "pyproject.toml"
        pyproject.write_text(re.sub(r'hosting = ".*"', f'hosting = "{hosting}"', pyproject.read_text()))
        build(root, root / "dist")
        files = contents(root / "dist")
        assert ("README.md" in files, ".nojekyll" in files) == (hosting == "huggingface", hosting == "github-pages")
        assert "index.html" in files
    assert read(root, "README.md") == "# Mine\n"


def test_the_readme_names_the_space(made_for, rendered):
    how = read(made_for("huggingface"), "README.md")
    assert 'uvx hf upload ada/prices dist . --type space --delete "*"\n' in how
    open_yet = read(rendered(hosting="huggingface", project_slug="prices"), "README.md")
    assert "uvx hf upload owner/prices dist " in open_yet
