"""mlweb.site.build on a small project: what is published, and what is refused with nothing touched."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

from mlweb.errors import UserError
from mlweb.site import compression
from mlweb.site.build import build, publish_file, summary
from mlweb.site.page import in_one
from paths import ROOT
from small_project import METADATA, WEB, contents, doubling, edit, fetched, make, write


@pytest.fixture
def root(tmp_path) -> Path:
    return make(tmp_path / "small")


@pytest.fixture
def built(root) -> dict[str, bytes]:
    """Path -> bytes of the project as built."""
    build(root, root / "dist")
    return contents(root / "dist")


def app_of(files) -> str:
    (app,) = {name.split("/")[0] for name in files if name.startswith("app-")}
    return app


def manifest_of(files) -> dict:
    return json.loads(files[f"{app_of(files)}/manifest.json"])


def test_the_site_holds_exactly_what_it_should(built):
    app = app_of(built)
    names = {re.sub(r"-[0-9a-f]{12}(?=[./])", "-#", name) for name in built}
    inside = WEB.keys() - {"index.html", "404.html", "sw.js", "embed.js", ".editor"}
    inside |= {"manifest.json", "index.txt", "app.webmanifest", "graph.json", "joined/first.js", "icon.png"}
    roots = {"index.html", "404.html", "sw.js", "embed.js", "model.json", ".nojekyll", "runtime/ort-#.js", "runtime/ort-#.wasm", "model/model-#.onnx"}
    roots.add("share-#.png")
    assert names == roots | {f"app-#/{name}" for name in inside}
    assert re.fullmatch(r"app-[0-9a-f]{12}", app)


def test_files_are_addressed_by_their_content(built):
    app, manifest = app_of(built), manifest_of(built)
    for key, suffix in (("ort", ".js"), ("wasm", ".wasm"), ("model", ".onnx")):
        entry = manifest["files"][key]
        data = built[entry["url"].removeprefix("../")]
        assert entry["url"].startswith("../") and entry["url"].endswith(suffix)
        assert entry["bytes"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["sha256"][:12] in entry["url"]
    assert app.encode() in built["index.html"]


def test_a_stable_address_tells_where_this_deploy_is(built):
    assert json.loads(built["model.json"]) == {"app": app_of(built), "languages": ["en"]}
    assert built["embed.js"] == WEB["embed.js"].encode()


def test_libraries_are_published_by_their_content_apart_from_the_first_download(root, built):
    assert manifest_of(built)["libraries"] == {}
    fetched(root, "reader", {"reader.js": b"import './elsewhere.js'\n"})
    build(root, root / "dist")
    files = contents(root / "dist")
    manifest = manifest_of(files)
    assert manifest["files"] == manifest_of(built)["files"] and manifest["versions"] == {"onnxruntime-web": "9.9.9"}, "nothing of this page asks for the reader"
    sha256 = hashlib.sha256(b"import './elsewhere.js'\n").hexdigest()
    assert manifest["libraries"] == {"reader": {"url": f"../runtime/reader-{sha256[:12]}.js", "bytes": 24, "sha256": sha256}}
    assert files[f"runtime/reader-{sha256[:12]}.js"] == b"import './elsewhere.js'\n"


def test_manifest_says_what_the_page_needs(built):
    manifest = manifest_of(built)
    assert manifest["project"] == {
        "title": 'Small "things"',
        "description": "A project <for> tests",
        "author": "Ada & Co",
        "license": "MIT",
        "repository": "https://github.com/ada/small",
        "url": "https://ada.example.org/small/",
    }
    assert manifest["page"]["name"] == "Double <it>" and [view["name"] for view in manifest["page"]["views"]] == ["try", "explore", "rows", "about", "use"]
    assert manifest["form"]["inputs"][0]["fields"][0]["default"] == 3
    assert manifest["examples"] == [{"label": "Four", "values": {"x": 4}}]
    assert manifest["versions"] == {"onnxruntime-web": "9.9.9"}
    assert manifest["facts"] == {} and "parity" not in manifest


def test_head_is_filled_in_and_escaped(built):
    page = built["index.html"].decode()
    app = app_of(built)
    for line in (
        "<title>Double &lt;it&gt; · Small &quot;things&quot;</title>",
        '<meta name="description" content="Twice the &quot;number&quot;.">',
        '<link rel="canonical" href="https://ada.example.org/small/">',
        '<meta property="og:title" content="Double &lt;it&gt;">',
        '<meta property="og:description" content="Twice the &quot;number&quot;.">',
        '<meta property="og:type" content="website">',
        '<meta property="og:url" content="https://ada.example.org/small/">',
        '<meta property="og:site_name" content="Small &quot;things&quot;">',
        '<meta name="twitter:card" content="summary_large_image">',
        f'<link rel="stylesheet" href="./{app}/style.css">',
        f'src="./{app}/main.js"',
        '<a href="./">Home</a>',
        '<html class="page" lang="en" data-languages="en">',
    ):
        assert line in page
    assert page.count("<title>") == 1


@pytest.mark.parametrize(("language", "said"), [("en", "This page has not started."), ("fr", "Cette page n’a pas démarré.")])
def test_what_a_page_says_without_its_scripts_is_in_its_language(language, said):
    page = in_one((ROOT / "template/web/index.html").read_text(encoding="utf-8"), language)
    late = re.findall(r'<p class="alert late"[^>]*>(.*?\.)', page)
    assert late == [said]


def test_title_is_said_once_when_page_and_project_share_it(root):
    edit(root / "metadata.yml", "Double <it>", "Small things")
    edit(root / "pyproject.toml", 'Small \\"things\\"', "Small things")
    build(root, root / "dist")
    assert "<title>Small things</title>" in (root / "dist/index.html").read_text()


def test_not_found_page_works_at_any_depth(built):
    page = built["404.html"].decode()
    assert 'href="/small/"' in page and f'href="/small/{app_of(built)}/icon.svg"' in page and '"./' not in page


def test_a_project_without_an_address(root):
    edit(root / "pyproject.toml", 'hosting = "github-pages"\nurl = "https://ada.example.org/small"', 'hosting = "other"')
    build(root, root / "dist")
    page = (root / "dist/index.html").read_text()
    assert "canonical" not in page and "og:url" not in page and 'href="/small/"' in (root / "dist/404.html").read_text()
    assert not (root / "dist/.nojekyll").exists()


def test_two_builds_are_the_same_bytes(root, built, tmp_path):
    build(root, root / "again")
    assert contents(root / "again") == built
    elsewhere = make(tmp_path / "elsewhere")
    build(elsewhere, elsewhere / "dist")
    assert contents(elsewhere / "dist") == built


@pytest.mark.parametrize(
    ("change", "content"),
    [("web/style.css", "a { color: red }\n"), ("model/model.onnx", doubling(3.0)), ("metadata.yml", METADATA.replace("Four", "Vier"))],
)
def test_any_change_gives_the_app_a_new_name_and_leaves_nothing_stale(root, built, change, content):
    write(root / change, content)
    build(root, root / "dist")
    after = contents(root / "dist")
    assert app_of(after) != app_of(built)
    assert not any(name.startswith(app_of(built)) for name in after)
    assert len([name for name in after if name.startswith("model/")]) == 1


def test_the_proof_is_published_only_when_it_is_of_this_model_and_this_site(root):
    sha256 = hashlib.sha256((root / "model/model.onnx").read_bytes()).hexdigest()
    site = build(root, root / "dist").digest
    proven = {"left": "l", "right": "r", "cases": 1, "max_abs": 0.0, "max_rel": 0.0, "passed": True}
    levels = [{"level": 1, "engine": "a"}, {"level": 2, "engine": "b", "site": site}, {"level": 2, "engine": "c", "site": "another"}]
    levels = [proven | level for level in levels]
    for model, published in ((sha256, ["a", "b"]), ("0" * 64, [])):
        write(root / "model/parity.json", json.dumps({"model_sha256": model, "levels": levels}))
        assert build(root, root / "dist").digest == site, "the proof is not part of what is proven"
        proof = manifest_of(contents(root / "dist")).get("parity", {"levels": []})
        assert [level["engine"] for level in proof["levels"]] == published
    write(root / "web/main.js", "// edited")
    assert build(root, root / "dist").digest != site


def test_facts_are_published_only_of_this_model(root):
    digest = hashlib.sha256((root / "model/model.onnx").read_bytes()).hexdigest()
    facts = {"model": {"sha256": digest}, "fields": {"x": {"min": 0, "max": 9, "median": 5}}}
    write(root / "model/facts.json", json.dumps(facts))
    build(root, root / "dist")
    assert manifest_of(contents(root / "dist"))["facts"] == facts
    write(root / "model/model.onnx", doubling(3.0))
    with pytest.raises(UserError, match="a different model"):
        build(root, root / "dist")


REFUSED = {
    "lost module": ("web/main.js", "./panels/card.js", "./panels/Card.js", "web/main.js:1 refers to ./panels/Card.js, which is not there"),
    "lost worker": ("web/main.js", "runtime/worker.js", "worker.js", "web/main.js:4 refers to worker.js"),
    "lost style": ("web/index.html", "./style.css", "./styles.css", "web/index.html refers to ./styles.css, which"),
    "lost icon": ("web/style.css", "icon.svg", "Icon.svg", "web/style.css:1 refers to Icon.svg"),
    "lost on 404": ("web/404.html", "icon.svg", "Icon.svg", "web/404.html refers to /small/Icon.svg, which"),
    "dynamic import": ("web/panels/card.js", "import('./card.js')", "import('./cards.js')", "web/panels/card.js:2 refers to ./cards.js"),
    "no title": ("web/index.html", "<title>filled in</title>", "", "exactly one <title>"),
    "no lang": ("web/index.html", ' lang="tlh"', "", 'exactly one <html lang="…">'),
    "contract": ("metadata.yml", "  x: {", "  z: {", 'the model has no input "z"'),
    "infinite": ("metadata.yml", "min: 0", "min: -.inf", "inputs.x.min: input should be a finite number"),
    "hosting": ("pyproject.toml", "github-pages", "github-page", 'unknown hosting "github-page". Did you mean "github-pages"?'),
    "repository": ("pyproject.toml", "ada/small", "javascript://x/%0aalert(1)", "must be owner/name, or an address"),
    "url": ("pyproject.toml", "https://ada", "ada", "must begin with https://"),
    "title key": ("pyproject.toml", "title =", "titel =", 'the key "title" of [tool.mlweb] is missing'),
    "toml": ("pyproject.toml", 'name = "small"', "name = small", "not valid TOML"),
    "no runtime": ("package.json", '"vendor": {"onnxruntime-web"', '"vendored": {"onnxruntime-web"', '"vendor" of onnxruntime-web lacks ort.js, ort.wasm'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_build_says_why_and_touches_nothing(root, built, case):
    file, old, new, sentence = REFUSED[case]
    edit(root / file, old, new)
    with pytest.raises(UserError) as refused:
        build(root, root / "dist")
    assert sentence in str(refused.value)
    assert all(one.count("\n") == 0 for one in refused.value.sentences)
    assert contents(root / "dist") == built
    assert not list(root.glob(".dist-*"))


@pytest.mark.parametrize("name", ["index.html", "sw.js", "embed.js"])
def test_a_missing_page_is_named(root, name):
    (root / "web" / name).unlink()
    with pytest.raises(UserError, match=f"{name} is missing"):
        build(root, root / "dist")


@pytest.mark.parametrize(("language", "words"), [("en", "There is no page at this address."), ("fr", "Il n’y a pas de page à cette adresse.")])
def test_a_project_without_a_404_page_gets_a_plain_one(root, language, words):
    (root / "web/404.html").unlink()
    edit(root / "metadata.yml", "schema: 1\n", f"schema: 1\npage: {{language: {language}}}\n")
    build(root, root / "dist")
    page = (root / "dist/404.html").read_text(encoding="utf-8")
    assert page.count("<p ") == page.count("<title ") == 1 and words in page and f'<html lang="{language}">' in page and 'href="/small/"' in page


def test_a_truncated_model_is_refused(root):
    write(root / "model/model.onnx", doubling()[:40])
    with pytest.raises(UserError, match="ONNX"):
        build(root, root / "dist")


def test_model_that_the_runtime_refuses(root):
    model = onnx.load_from_string(doubling())
    model.opset_import[0].version = 99
    write(root / "model/model.onnx", model.SerializeToString())
    with pytest.raises(UserError, match="opset 99"):
        build(root, root / "dist")


def test_what_a_large_model_transfers_is_estimated(monkeypatch):
    monkeypatch.setattr(compression, "LARGE", 5_000_000)
    random = np.random.default_rng(0)
    content = random.standard_normal(1_500_000).astype(np.float32).tobytes() + bytes(3_000_000)
    packed = []
    monkeypatch.setattr(compression, "gzip", SimpleNamespace(compress=lambda data, *_: packed.append(data) or gzip.compress(data, 6)))
    estimate = compression.transferred(content)
    assert sum(map(len, packed)) < len(content) / 2, "a large file is not compressed as a whole"
    assert estimate == pytest.approx(len(gzip.compress(content, 6)), rel=0.04)


def test_summary_counts_files_bytes_and_a_first_visit(root):
    built = build(root, root / "dist")
    assert sum(built.sizes.values()) == sum(len(data) for data in contents(root / "dist").values())
    assert 500 < built.first_visit < sum(built.sizes.values())
    lines = summary(built).splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["page", "runtime", "model"]
    assert "A first visit transfers" in lines[-1]


@pytest.mark.parametrize("path", ["web/notes.txt", "model/model.onnx"])
def test_a_link_that_leads_out_of_the_project_publishes_nothing(root, built, tmp_path, path):
    outside = tmp_path / "secret"
    outside.write_bytes((root / path).read_bytes() if (root / path).exists() else b"secret")
    (root / path).unlink(missing_ok=True)
    (root / path).symlink_to(outside)
    with pytest.raises(UserError, match=rf"{Path(path).name} leads out of"):
        build(root, root / "dist")
    assert contents(root / "dist") == built


def test_a_sample_from_elsewhere_is_refused(root, tmp_path):
    (tmp_path / "secret.npy").write_bytes(b"secret")
    with pytest.raises(UserError, match="leads out of"):
        publish_file(root, root / "dist", "samples", "../secret.npy")


def test_a_link_within_the_project_is_followed(root):
    (root / "web/copy.css").symlink_to(root / "web/style.css")
    build(root, root / "dist")
    files = contents(root / "dist")
    assert files[f"{app_of(files)}/copy.css"] == files[f"{app_of(files)}/style.css"]
