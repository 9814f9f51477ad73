"""The model on a host page, from another origin, by the very snippets that the page shows."""

import json
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import onnxruntime as ort
import pytest
from playwright.sync_api import expect

import models
from carried_cases import carrying
from mlweb.site import serve
from page_states import assert_fits

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, embed]}\n"
BLANK = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,"><body>'
ALLOWED = "script-src {here} {site} 'wasm-unsafe-eval'; worker-src blob: {site}; connect-src {site}; style-src {site}"
VECTOR = models.SOFTMAX.replace("default: 0.2", "default: 0.2, missing: nan") + PANELS


class Allowing(serve.Handler):
    """The server of a site that lets every origin read it, as GitHub Pages does."""

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


class Silent(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A browser that leaves the page hangs up in the middle of an answer."""


class Quiet(SimpleHTTPRequestHandler):
    def end_headers(self):
        if self.path.startswith("/isolated"):
            for name, value in serve.ISOLATED.items():
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def patient():
    """Several runtimes start one after the other here."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def blocked(context):
    """A page where being refused something is the point: Firefox reports that as an uncaught error."""
    return context.new_page()


@pytest.fixture
def serving():
    """serving(handler) -> origin of a server with this handler, on a port of its own."""
    servers = []

    def serving(handler) -> str:
        server = Silent(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://localhost:{server.server_address[1]}"

    yield serving
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(made, serving):
    """site(model, metadata) -> address of a site that other origins may read."""

    def site(model=models.linear, metadata=models.LINEAR + PANELS, handler=Allowing) -> str:
        return serving(partial(handler, dist=made(model, metadata), base="/small/")) + "/small/"

    return site


@pytest.fixture
def elsewhere(tmp_path, serving):
    """elsewhere(body, policy, isolated) -> address of a page with this body on another origin."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    origin = serving(partial(Quiet, directory=folder))
    numbers = iter(range(100))

    def elsewhere(body: str, policy: str = "", isolated: bool = False, **files: str) -> str:
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy.replace("{here}", origin)}">' if policy else ""
        name = f"{'isolated' if isolated else 'page'}-{next(numbers)}.html"
        for file, content in files.items():
            (folder / f"{file}.js").write_text(content)
        (folder / name).write_text(BLANK.replace("<title>", f"{meta}<title>") + body)
        return f"{origin}/{name}"

    return elsewhere


def snippet(page, name: str) -> str:
    """The code that the panel shows under a heading."""
    return page.get_by_role("region", name=name).inner_text()


def opened_at(page, url):
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", timeout=30_000)


def tag(site: str, more: str = "") -> str:
    return f'<script type="module" src="{site}embed.js"></script><ml-model src="{site}" {more}></ml-model>'


def linear(a: float, b: float) -> float:
    """What native onnxruntime says."""
    import numpy as np

    session = ort.InferenceSession(models.linear().SerializeToString())
    feeds = {"a": np.array([[a]], np.float32), "b": np.array([[b]], np.float32)}
    return session.run(None, feeds)[0].item()


PROVED = """async (site) => {
  const element = await document.querySelector('ml-model').prove();
  const { load } = await import(`${site}embed.js`);
  const model = await load(site);
  const [module, result] = await Promise.all([model.prove(), model.predict({ a: 4, b: 2 })]);
  model.close();
  return [element, module, result.y.value];
}"""


def test_it_proves_itself_on_a_page_of_another_origin(page, made, serving, elsewhere):
    built = made(models.linear, models.LINEAR + PANELS, carrying(models.linear, models.LINEAR + PANELS))
    site = serving(partial(Allowing, dist=built, base="/small/")) + "/small/"
    page.goto(elsewhere(tag(site)))
    *reports, value = page.evaluate(PROVED, site)
    assert [(each["passed"], each["cases"], each["model"]) for each in reports] == [(True, 20, "Linear")] * 2
    assert value == pytest.approx(linear(4, 2))


def test_a_site_without_cases_says_so_to_who_asks_it_to_prove_itself(page, site, elsewhere):
    page.goto(elsewhere(tag(site())))
    said = page.evaluate("document.querySelector('ml-model').prove().catch(({ message }) => message)")
    assert said.startswith("This page carries no cases to be proven by. ")


def test_the_element_pasted_into_a_page_of_another_origin(page, site, elsewhere):
    opened_at(page, site())
    page.locator("[name=a]").fill("4")
    code = snippet(page, "Embed the model in another page")
    page.goto(elsewhere(code))
    expect(page.locator("ml-model [name=a]")).to_have_value("4")
    expect(page.locator("ml-model [data-output=y] data")).to_have_text(f"{linear(4, 2):.2f}")
    page.locator("ml-model [name=b]").fill("3,5")
    expect(page.locator("ml-model [data-output=y] data")).to_have_text(f"{linear(4, 3.5):.2f}")
    page.locator("ml-model [name=b]").fill("11")
    expect(page.locator("ml-model .refusal").filter(visible=True)).to_have_text("b must be at most 10.")
    assert page.evaluate("document.querySelector('ml-model').values") is None
    assert page.evaluate("location.hash") == "", "the address of the page around is not ours"


def test_the_module_pasted_into_a_page_of_another_origin(page, site, elsewhere, subtests):
    given, scripts = ["4", "1,5", "26.4"], ""
    opened_at(page, site())
    for at, a in enumerate(given):
        page.locator("[name=a]").fill(a)
        code = snippet(page, "Run the model from JavaScript").replace("console.log(results)", f"window.results{at} = results")
        scripts += f'<script type="module">{code}</script>'
    page.goto(elsewhere(scripts))
    for at, a in enumerate(given):
        with subtests.test(a=a):
            page.wait_for_function(f"window.results{at}")
            [shown] = page.evaluate(f"window.results{at}").items()
            assert shown == ("y", {"kind": "value", "value": pytest.approx(linear(float(a.replace(",", ".")), 2), rel=1e-6)})


def test_the_frame_pasted_into_a_page_of_another_origin(page, site, elsewhere):
    opened_at(page, site())
    page.locator("[name=a]").fill("4")
    page.goto(elsewhere(snippet(page, "This page in a frame")))
    frame = page.frame_locator("iframe")
    expect(frame.locator("[name=a]")).to_have_value("4")
    expect(frame.locator("[data-output=y] data")).to_have_text(f"{linear(4, 2):.2f}")


def test_the_frame_and_the_element_show_the_panels_that_were_chosen(page, site, elsewhere):
    opened_at(page, site(metadata=models.LINEAR + "page: {panels: [predict, card, embed]}\n"))
    assert "?panels=predict" in snippet(page, "This page in a frame") and 'panels="predict"' in snippet(page, "Embed the model in another page")
    page.get_by_role("group", name="Panels of").get_by_label("card").check()
    assert 'panels="predict card"' in snippet(page, "Embed the model in another page")
    page.goto(elsewhere(snippet(page, "This page in a frame")))
    frame = page.frame_locator("iframe")
    expect(frame.locator(".card h2")).to_have_text("About this model")
    expect(frame.locator("[data-output=y] data")).to_be_visible()
    expect(frame.locator(".embed")).to_have_count(0)


def test_an_address_that_asks_for_no_panel_of_ours_is_told_so(page, site):
    page.goto(site() + "?panels=predict,nonsense")
    expect(page.get_by_role("alert")).to_contain_text("There is no panel “nonsense”.")
    expect(page.get_by_role("alert")).to_contain_text("Known: predict, ")


def test_the_python_snippet_computes_what_the_page_shows(page, site):
    opened_at(page, site())
    page.locator("[name=a]").fill("26.4")
    done = run_python(snippet(page, "Python"))
    assert done.split()[0] == "y" and f"{linear(26.4, 2):.4f}".rstrip("0") in done
    expect(page.locator("[data-output=y] data")).to_have_text(f"{linear(26.4, 2):.2f}")
    assert "26.4]" in snippet(page, "Python"), "the shortest number that is the same float32"


def test_python_feeds_have_the_graphs_dtypes_names_and_shapes(page, site):
    """Strings with accents and emoji, truth values and whole numbers of one row; a vector with a missing value of another model."""
    opened_at(page, site(models.mixed, models.MIXED + PANELS))
    page.get_by_label("Saint-Étienne").check()
    page.get_by_role("switch").check()
    done = run_python(snippet(page, "Python"))
    assert done.splitlines() == ["where [['Saint-Étienne 🏔️']]", "sun [[ True]]", "count [[3]]"]

    opened_at(page, site(models.softmax, VECTOR))
    page.locator("[name=petal_width]").fill("")
    code = snippet(page, "Python")
    assert "np.array([5.1, 3.5, 1.4, np.nan], dtype=np.float32).reshape((1, 4))" in code
    assert "nan" in run_python(code)


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_snippets_of_odd_values_still_work(page, site, elsewhere):
    """Values with quotes, tags and emoji reach HTML, JavaScript and the model as they are."""
    odd = """<b> "quoted" & 'single' </script> 🏔️ é \\\\ \\n"""
    metadata = models.MIXED.replace('{kind: choice, choices: [Zürich, "Saint-Étienne 🏔️"]}', "{kind: text}") + PANELS
    opened_at(page, site(models.mixed, metadata))
    page.locator("[name=city]").fill(odd)
    element, module, python = (snippet(page, name) for name in ("Embed the model in another page", "Run the model from JavaScript", "Python"))
    assert json.loads(run_python(python.replace("print(name, value)", "print(__import__('json').dumps(value.tolist()))")).splitlines()[0]) == [[odd]]
    page.goto(elsewhere(element))
    expect(page.locator("ml-model [data-output=where] data")).to_have_text(odd)
    page.goto(elsewhere(f'<script type="module">{module.replace("console.log(results)", "window.results = results")}</script>'))
    page.wait_for_function("window.results")
    assert page.evaluate("window.results.where.value") == odd


def test_results_come_as_events_and_values_go_in_as_a_property(page, site, elsewhere):
    address = site()
    listen = "<script>addEventListener('result', ({ detail, target }) => { window.heard = { ...detail, from: target.localName }; });</script>"
    page.goto(elsewhere(listen + tag(address)))
    page.wait_for_function("window.heard")
    assert page.evaluate("window.heard") == {"values": {"a": "1", "b": "2"}, "results": {"y": {"kind": "value", "value": 23}}, "from": "ml-model"}
    page.evaluate("document.querySelector('ml-model').values = { a: 7, b: 1 }")
    page.wait_for_function(f"window.heard.results.y.value === {linear(7, 1)}")
    assert page.evaluate("document.querySelector('ml-model').values") == {"a": "7", "b": "1"}
    page.evaluate("document.querySelector('ml-model').setAttribute('values', '{\"a\": 3}')")
    page.wait_for_function(f"window.heard.results.y.value === {linear(3, 2)}")


def test_values_given_before_the_element_is_known(page, site, elsewhere):
    given = "<ml-model></ml-model><script>document.querySelector('ml-model').values = { a: 5 };</script>"
    address = site()
    page.goto(elsewhere(given.replace("<ml-model>", f'<ml-model src="{address}">') + f'<script type="module" src="{address}embed.js"></script>'))
    expect(page.locator("ml-model [data-output=y] data")).to_have_text(f"{linear(5, 2):.2f}")


def test_several_models_on_one_page_do_not_disturb_each_other(page, site, elsewhere):
    one, other = site(), site(models.softmax, models.SOFTMAX + PANELS)
    page.goto(elsewhere(tag(one) + tag(one, "values='{\"a\": 9}' id=second") + tag(other)))
    expect(page.locator("ml-model").nth(0).locator("[data-output=y] data")).to_have_text(f"{linear(1, 2):.2f}")
    expect(page.locator("#second [data-output=y] data")).to_have_text(f"{linear(9, 2):.2f}")
    expect(page.locator("ml-model").nth(2).locator(".bars li")).to_have_count(3)
    page.locator("#second [name=a]").fill("10")
    expect(page.locator("#second [data-output=y] data")).to_have_text(f"{linear(10, 2):.2f}")
    expect(page.locator("ml-model").nth(0).locator("[name=a]")).to_have_value("1")


def test_the_page_around_sets_colours_width_and_panels(page, site, elsewhere):
    style = "<style>ml-model { --accent: rgb(1, 2, 3); width: 300px }</style>"
    page.goto(elsewhere(style + tag(site(), 'panels="card predict"')))
    big = page.locator("ml-model .big")
    expect(big).to_have_css("color", "rgb(1, 2, 3)")
    assert page.locator("ml-model").bounding_box()["width"] == 300
    assert page.locator("ml-model").evaluate("it => it.scrollWidth <= it.clientWidth")
    headings = page.locator("ml-model h2").all_inner_texts()
    assert headings[0] == "About this model" and len(headings) == 3


def test_nothing_leaves_the_element_on_a_phone(page, site, elsewhere):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(elsewhere("<h1>Above</h1>" + tag(site())))
    expect(page.locator("ml-model [data-output=y] data")).to_have_text("23.00")
    around, inside = page.locator("ml-model").bounding_box(), page.get_by_role("button", name="Copy link").bounding_box()
    assert around["y"] <= inside["y"] and inside["y"] + inside["height"] <= around["y"] + around["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_another_src_takes_the_place_of_the_first_and_moving_changes_nothing(page, site, elsewhere):
    one, other = site(), site(models.softmax, models.SOFTMAX + PANELS)
    page.goto(elsewhere(tag(one) + "<main></main>"))
    expect(page.locator("ml-model [data-output=y] data")).to_have_text("23.00")
    page.locator("ml-model [name=a]").fill("2")
    page.evaluate("document.querySelector('main').append(document.querySelector('ml-model'))")
    expect(page.locator("ml-model [name=a]")).to_have_value("2")
    page.locator("ml-model").evaluate("(it, src) => it.setAttribute('src', src)", other)
    expect(page.locator("ml-model .bars li")).to_have_count(3)
    expect(page.locator("ml-model [name=a]")).to_have_count(0)


def test_many_predictions_at_once_each_get_their_own_answer(page, site, elsewhere):
    address = site()
    page.goto(elsewhere("<p>"))
    code = """async (site) => {
      const { load } = await import(`${site}embed.js`);
      const model = await load(site.slice(0, -1));
      const all = await Promise.all(Array.from({ length: 20 }, (_, a) => model.predict({ a, b: 1 })));
      const refused = await model.predict({ a: 'x', b: 99 }).catch((error) => error.message);
      model.close();
      return [all.map((results) => results.y.value), refused];
    }"""
    values, refused = page.evaluate(code, address)
    assert values == [linear(a, 1) for a in range(20)]
    assert refused == "a: “x” is not a number, such as 12.5. b must be at most 10."


def test_a_strict_policy_that_allows_what_is_said_is_enough(blocked, site, elsewhere):
    address = site()
    policy = ALLOWED.replace("{site}", address.removesuffix("/small/"))
    blocked.goto(elsewhere(tag(address), f"default-src 'none'; {policy}"))
    expect(blocked.locator("ml-model [data-output=y] data")).to_have_text("23.00")


FORBIDDEN = {
    "worker": ("worker-src blob: {site}", "worker-src 'none'", "This page’s security policy blocks the model."),
    "wasm": ("'wasm-unsafe-eval'", "", "This page’s security policy blocks the model."),
    "connect": ("connect-src {site}", "connect-src 'none'", "can’t be reached"),
}


@pytest.mark.parametrize("case", FORBIDDEN)
def test_a_policy_that_forbids_it_is_told_in_words(blocked, site, elsewhere, case):
    old, new, words = FORBIDDEN[case]
    address = site()
    policy = ALLOWED.replace(old, new).replace("{site}", address.removesuffix("/small/"))
    blocked.goto(elsewhere(tag(address), f"default-src 'none'; {policy}"))
    alert = blocked.locator("ml-model [role=alert]")
    expect(alert).to_contain_text(words, timeout=30_000)
    expect(alert).to_contain_text("worker-src blob:")


def test_a_site_that_other_origins_may_not_read(blocked, site, elsewhere):
    readable, closed = site(), site(handler=serve.Handler)
    blocked.goto(elsewhere(tag(readable).replace(f'<ml-model src="{readable}"', f'<ml-model src="{closed}"')))
    alert = blocked.locator("ml-model [role=alert]")
    expect(alert).to_contain_text(f"The model at {closed} can’t be reached.")
    expect(alert).to_contain_text("Access-Control-Allow-Origin")


MISTAKES = [
    ("", "needs src="),
    ('src="{site}nothing/"', "There is no model at {site}nothing/ (HTTP 404)"),
    ('src="{site}" panels="predict nonsense"', "There is no panel “nonsense”. Known: predict, "),
    ('src="{site}" values="{a: 1}"', "must be JSON"),
    ('src="http://["', "“http://[” is not the address of a site"),
    ('src="https://"', "“https://” is not the address of a site"),
    ('src="//"', "“//” is not the address of a site"),
    ('src="javascript:alert(1)"', "“javascript:alert(1)” is not the address of a site"),
    ('src="data:text/html,' + "x" * 5000 + '"', "x… is not the address of a site".replace("x…", "x…”")),
]


def test_a_mistake_in_the_tag_is_told_in_words(page, site, elsewhere, subtests):
    address = site()
    tags = "".join(f"<ml-model {attributes}></ml-model>" for attributes, _ in MISTAKES).replace("{site}", address)
    page.goto(elsewhere(f'<script type="module" src="{address}embed.js"></script>{tags}'))
    for at, (attributes, words) in enumerate(MISTAKES):
        with subtests.test(attributes=attributes[:40]):
            alert = page.locator("ml-model").nth(at).locator("[role=alert]")
            expect(alert).to_contain_text(words.replace("{site}", address))
            expect(alert).not_to_contain_text("Access-Control-Allow-Origin")
            assert len(alert.inner_text()) < 400


def answering(body: str):
    """A route whose answer is this."""
    return lambda route: route.fulfill(body=body)


def test_what_is_no_model_json_is_told_in_words(page, site, elsewhere):
    page.goto(elsewhere(f'<script type="module" src="{site()}embed.js"></script><ml-model></ml-model>'))
    for at, body in enumerate(
        ["null", "[]", "5", '"app-1"', "", "<!doctype html>", '{"app": 5}', '{"app": "app-1"}', '{"app": "app-1/../x", "languages": []}']
    ):
        page.route(f"**/{at}/model.json", answering(body))
        page.locator("ml-model").evaluate("(it, src) => it.setAttribute('src', src)", f"{at}/")
        expect(page.locator("ml-model [role=alert]"), body).to_contain_text(
            re.compile(f"There is no model at .*/{at}/: its model.json was not written by the build")
        )


def test_loading_from_what_is_no_address_is_refused_in_words(page, site, elsewhere):
    page.goto(elsewhere("<p>"))
    code = "async (site) => (await import(`${site}embed.js`)).load('http://[').catch((error) => error.message)"
    assert page.evaluate(code, site()).startswith("“http://[” is not the address of a site")


def test_a_page_that_takes_only_what_is_meant_for_it_gets_all_of_it(page, site, elsewhere):
    """COEP: a script or style sheet of another origin comes with CORS, or not at all."""
    lost = []
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(elsewhere(tag(site(), 'panels="predict card"'), isolated=True))
    expect(page.locator("ml-model [data-output=y] data")).to_have_text("23.00")
    expect(page.locator("ml-model .embedded")).to_have_css("display", "grid")
    assert page.evaluate("crossOriginIsolated") and not lost


TRUSTED = {
    "any policy": "require-trusted-types-for 'script'",
    "ours": "require-trusted-types-for 'script'; trusted-types mlweb 'allow-duplicates'",
    "another": "require-trusted-types-for 'script'; trusted-types another",
}


@pytest.mark.parametrize("case", TRUSTED)
def test_a_page_that_asks_for_trusted_types(blocked, site, elsewhere, case):
    one, other = site(), site(models.softmax, models.SOFTMAX + PANELS)
    policy = ALLOWED.replace("{site}", "http://localhost:*")
    blocked.goto(elsewhere(tag(one) + tag(other), f"default-src 'none'; {policy}; {TRUSTED[case]}"))
    if case != "another":
        expect(blocked.locator("ml-model").nth(0).locator("[data-output=y] data")).to_have_text("23.00")
        expect(blocked.locator("ml-model").nth(1).locator(".bars li")).to_have_count(3)
    elif blocked.evaluate("'trustedTypes' in window"):
        for alert in blocked.locator("ml-model [role=alert]").all():
            expect(alert).to_contain_text("it asks for Trusted Types. The Content-Security-Policy must allow the model’s own policy")
            expect(alert).not_to_contain_text("Access-Control-Allow-Origin")


def test_on_the_same_origin_no_permission_is_needed(page, made, serving):
    folder = made(models.linear, models.LINEAR + PANELS)
    origin = serving(partial(serve.Handler, dist=folder, base="/small/"))
    page.goto(f"{origin}/small/")
    page.wait_for_selector("html[data-state=ready]")
    code = "async () => (await (await (await import(new URL('embed.js', location.href))).load('./')).predict({ a: 1, b: 2 })).y.value"
    assert page.evaluate(code) == 23


def test_the_panel_as_it_comes(page, site, subtests):
    opened_at(page, site())
    with subtests.test("nothing runs over the edge"):
        assert_fits(page)
    with subtests.test("every snippet has a button that copies it"):
        page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })")
        panel = page.locator(".embed")
        names = panel.get_by_role("region").all()
        assert len(names) == 4
        for code in names:
            name = code.get_attribute("aria-label")
            panel.get_by_role("button", name=f"Copy: {name}").click()
            assert page.evaluate("window.copied") == code.locator("code").text_content()
    with subtests.test("refused values leave the last good snippets"):
        before = snippet(page, "Python")
        page.locator("[name=b]").fill("eleven")
        expect(page.locator(".embed [role=status]").first).to_contain_text("Correct the values")
        assert snippet(page, "Python") == before
