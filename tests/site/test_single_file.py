"""The page as one file: opened from the disk, where it may load nothing, it does what the site does."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

import models
from mlweb.errors import UserError
from mlweb.site import build, bundle, project, single_file
from page_states import open_view
from served_sites import REFUSED, ROOT

pytestmark = pytest.mark.slow

LINEAR = models.LINEAR + "page: {panels: [predict, what-if, explain, batch, benchmark, graph, embed, card, privacy, about, feedback]}\n"
LOADER = (ROOT / "template/web" / build.LOADER).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def written(made, tmp_path_factory):
    """written(model, metadata) -> the page as one file, alone in a folder."""

    def written(model=models.linear, metadata=LINEAR):
        file = tmp_path_factory.mktemp("one file") / "small é.html"
        file.write_text(single_file.single_file(made(model, metadata), "/small/", LOADER), encoding="utf-8", newline="")
        return file

    return written


@pytest.fixture
def from_disk(page, written):
    """from_disk(model, metadata) -> the page, ready; it must ask for nothing, and leave nothing for the console."""
    asked, said = [], []

    def from_disk(model=models.linear, metadata=LINEAR):
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(written(model, metadata).as_uri())
        page.wait_for_selector("html[data-state=ready]", timeout=30_000)
        return page

    yield from_disk
    assert [url[:100] for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert len({url for url in asked if url.startswith("file:")}) <= 1, "something beside the file was read"
    assert said == []


def result(page):
    return page.locator("[data-output=y] data")


def test_all_of_it_works(from_disk, browser_name, subtests):
    page = from_disk()
    with subtests.test("it leaves nothing behind and registers nothing"):
        assert page.evaluate("async () => (await navigator.serviceWorker?.getRegistrations().catch(() => []))?.length ?? 0") == 0
        assert page.evaluate("document.getElementById('site')") is None, "megabytes of text are kept"
    with subtests.test("panels that need a site say so"):
        expect(page.locator(".card", has_text="Use it elsewhere")).to_contain_text("on the published page: http://localhost/small/")
        expect(page.locator(".card", has_text="Use it elsewhere").locator("pre")).to_have_count(0)
        expect(page.locator(".privacy-panel")).to_contain_text("allows no connection at all")
        expect(page.locator(".privacy-panel button")).to_have_count(0)
    with subtests.test("the form computes"):
        expect(result(page)).to_have_text("23.00")
        page.locator("[name=a]").fill("-7,5")
        page.locator("[name=b]").fill("0.25")
        expect(result(page)).to_have_text("-11.50")
        page.locator("[name=b]").fill("11")
        expect(page.locator("#field-b-refusal")).to_have_text("b must be at most 10.")
    with subtests.test("what-if moves with the form"):
        page.locator("[name=b]").fill("2")
        page.locator("[name=a]").fill("40")
        expect(page.get_by_role("img", name="As b goes from 0 to 10, y goes from 81.00 to 181.00; now 2.")).to_be_visible()
    with subtests.test("a table is computed with the library inside"):
        page.locator(".batch input[type=file]").set_input_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n-3,0.5\n"})
        page.locator(".batch button.main", has_text="Compute").click()
        expect(page.locator(".batch .job > .note")).to_contain_text("2 rows computed")
        assert page.locator(".batch .results tbody tr td:nth-child(2)").all_inner_texts() == ["23.00", "0.00"]
        if browser_name != "firefox":  # one that is driven over BiDi tells of no downloads
            with page.expect_download() as saving:
                page.locator(".batch button", has_text="Download").click()
            assert saving.value.path().read_bytes() == b"a,b,y\r\n1,2,23\r\n-3,0.5,0\r\n"
    with subtests.test("the model is loaded once more to be measured"):
        page.locator(".benchmark button", has_text="Measure").click()
        expect(page.locator(".benchmark [role=status]").first).to_have_text("Measured.", timeout=60_000)
    with subtests.test("the graph is drawn"):
        page.locator(".card.graph").scroll_into_view_if_needed()
        expect(page.locator(".card.graph")).to_contain_text("Mul", timeout=20_000)
        expect(page.locator(".card.graph svg").first).to_be_visible()
    with subtests.test("values are in the address and come back"):
        page.locator("[name=a]").fill("5")
        page.wait_for_function("() => location.hash === '#1&a=5'")
        page.reload()
        page.wait_for_selector("html[data-state=ready]")
        expect(result(page)).to_have_text("31.00")


def test_it_does_not_say_that_anything_is_downloaded(from_disk, page):
    page.add_init_script("""new MutationObserver(() => {
      const said = document.querySelector('.loading .help');
      if (said) globalThis.saidWhileLoading = said.textContent;
    }).observe(document, { childList: true, subtree: true, characterData: true });""")
    from_disk()
    assert re.fullmatch(
        r"The model \(\S+ B\) and the runtime \(\S+ MB\) are in this file: everything is computed on this device\.",
        page.evaluate("() => saidWhileLoading").replace("\u00a0", " "),
    )


def test_its_views_open(from_disk):
    page = from_disk(metadata=models.LINEAR)
    for view, part in [("explore", ".what-if svg"), ("rows", ".batch"), ("about", ".card"), ("try", ".predict")]:
        open_view(page, view)
        expect(page.locator(f"#view-{view} {part}").first).to_be_visible()


def test_its_policy_allows_no_connection(page, complaints, written):
    page.goto(written().as_uri())
    page.wait_for_selector("html[data-state=ready]")
    [policy] = page.locator("meta[http-equiv]").evaluate_all("metas => metas.map((meta) => meta.content)")
    assert "'self'" not in policy and "unsafe-inline" not in policy and "'unsafe-eval'" not in policy and "http" not in policy
    with page.expect_console_message(lambda message: message.text.startswith(f"{REFUSED} connect-src")):
        page.evaluate("fetch('http://localhost/').catch(() => {})")
    complaints.clear()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.skip_browser("firefox"))])
def test_it_wears_the_sites_style(page, from_disk, scheme):
    page.emulate_media(color_scheme=scheme)
    from_disk()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(246, 246, 243)", "dark": "rgb(20, 23, 27)"}[scheme]
    assert page.evaluate("getComputedStyle(document.querySelector('.batch .drop')).borderTopStyle") == "dashed", "a panel's own style is missing"
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")


def test_a_run_that_needs_the_rest_of_the_runtime_has_it_inside(page, made, tmp_path):
    no_cases = {"model/golden.json": b'{"model_sha256": "", "cases": []}'}  # so every run calls what a first visit is without
    site = made(models.linear, models.LINEAR + "model: {split: own}\n", no_cases)
    file = tmp_path / "small.html"
    file.write_text(single_file.single_file(site, "/small/", LOADER), encoding="utf-8", newline="")
    page.goto(file.as_uri())
    expect(result(page)).to_have_text("23.00", timeout=30_000)


def test_a_server_may_send_it_too(page, served, written):
    url, folder = served(metadata=LINEAR)
    shutil.copy(written(), folder / "small.html")
    page.goto(f"{url}small.html")
    page.wait_for_selector("html[data-state=ready]")
    expect(result(page)).to_have_text("23.00")


@pytest.mark.parametrize("share", [0.9, 0.5])
def test_a_file_that_was_cut_says_so(page, written, tmp_path, share):
    whole = written().read_bytes()
    (tmp_path / "cut.html").write_bytes(whole[: int(len(whole) * share)])
    page.goto((tmp_path / "cut.html").as_uri())
    expect(page.locator("#status .alert")).to_have_text(re.compile("This file is damaged: part of it is missing. ?Get a new copy"))


def test_a_file_in_which_a_part_was_changed_says_so(page, made, tmp_path):
    """The bytes of the model, as if somebody had put another one in."""
    site = tmp_path / "dist"
    shutil.copytree(made(models.linear, LINEAR), site)
    [model] = site.glob("model/*.onnx")
    model.write_bytes(model.read_bytes()[:-1] + b"?")
    (tmp_path / "changed.html").write_text(single_file.single_file(site, "/small/", LOADER), encoding="utf-8")
    page.goto((tmp_path / "changed.html").as_uri())
    expect(page.locator("#status .alert")).to_contain_text("its checksum is wrong")


def test_the_same_site_gives_the_same_bytes_and_only_what_the_page_needs(made):
    small = models.LINEAR + "page: {panels: [predict, card]}\n"
    once, again = (single_file.single_file(made(models.linear, small), "/small/", LOADER) for _ in range(2))
    assert once == again
    more = single_file.single_file(made(models.linear, LINEAR), "/small/", LOADER)
    assert len(once) < len(more) < 6_000_000
    assert not re.search(r'(?:src|href)="\./(?!")', more), "it refers to a file beside it"


def test_the_command_says_what_it_wrote(made, tmp_path, monkeypatch, capsys):
    source = made(models.linear, models.LINEAR).parent
    for name in ("dist", "pyproject.toml", "web"):
        (tmp_path / name).symlink_to(source / name)
    monkeypatch.chdir(tmp_path)
    single_file.main()
    said = capsys.readouterr().out
    assert re.match(r"single/small\.html: [45]\.\d MB \(the site in dist/ has 1\d\.\d MB unpacked\)\.", said), said
    assert (tmp_path / "single/small.html").stat().st_size > 4_000_000
    assert project.load().slug == "small"


def test_without_a_site_it_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.mlweb]\ntitle = "X"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="uv run poe build"):
        single_file.main()


def site_of(folder, files: dict[str, str]):
    """A site of some modules, without a model."""
    files = {"manifest.json": json.dumps({"keep": list(files), "files": {}})} | files
    for name, text in files.items():
        (folder / "app-0123456789ab" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "app-0123456789ab" / name).write_text(text, encoding="utf-8")
    return folder


def test_modules_in_a_ring_are_named(tmp_path):
    ring = {"main.js": "import './a.js';", "a.js": "import { b } from './sub/b.js';", "sub/b.js": "import '../a.js';"}
    with pytest.raises(UserError, match=r"^web/a\.js → web/sub/b\.js → web/a\.js: |^web/sub/b\.js → web/a\.js → web/sub/b\.js: "):
        bundle.bundle(site_of(tmp_path, ring), "app-0123456789ab/main.js", "/")


def test_a_module_named_only_for_its_types_makes_no_ring(tmp_path):
    typed = {"main.js": "import './a.js';", "a.js": "const m = /** @type {import('./main.js').M} */ (1);\n// see import './main.js'"}
    assert bundle.bundle(site_of(tmp_path, typed), "app-0123456789ab/main.js", "/")


def test_what_no_browser_could_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "LIMIT", 100)
    with pytest.raises(UserError, match="publish the site"):
        bundle.bundle(site_of(tmp_path, {"main.js": "console.log(1)"}), "app-0123456789ab/main.js", "/")


def refused(folder: Path, monkeypatch, manifest: str) -> str:
    (folder / "dist/app-1").mkdir(parents=True)
    (folder / "dist/index.html").write_text("")
    (folder / "dist/app-1/manifest.json").write_text(manifest)
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.mlweb]\ntitle = "X"\n')
    monkeypatch.chdir(folder)
    with pytest.raises(UserError) as refusal:
        single_file.main()
    return str(refusal.value)


def test_llama_runs_in_no_page_from_the_disk(tmp_path, monkeypatch):
    assert "publish the site in place of a single file" in refused(tmp_path, monkeypatch, '{"engine": "llama"}')


def test_a_model_of_a_hub_comes_to_no_page_from_the_disk(tmp_path, monkeypatch):
    assert "take source: hub out of metadata.yml" in refused(tmp_path, monkeypatch, '{"engine": "transformers", "hub": {"origins": []}}')
