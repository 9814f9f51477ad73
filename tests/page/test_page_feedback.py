"""The panel for a wrong result: what is shown is what an issue or the file gets, and the page itself sends nothing."""

import csv
import hashlib
import io
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import models
from page_states import assert_fits

pytestmark = pytest.mark.slow

PANELS = "page: {panels: [predict, feedback]}\n"
LINEAR = models.LINEAR + PANELS
SOFTMAX = models.SOFTMAX + PANELS
TEXT = f"""schema: 1
name: Texts
inputs:
  city: {{kind: text, default: Zürich}}
  sunny: {{kind: toggle}}
  rooms: {{kind: integer, default: 3}}
outputs:
  where: {{kind: value}}
  sun: {{kind: value}}
  count: {{kind: value}}
{PANELS}"""


@pytest.fixture
def owned(page, served):
    """owned(repository, model, metadata) -> the ready page of a site with that repository."""

    def owned(repository="https://github.com/ada/small", model=models.linear, metadata=LINEAR):
        url, folder = served(model, metadata)
        [manifest] = folder.glob("app-*/manifest.json")
        content = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**content, "project": {**content["project"], "repository": repository}}))
        page.goto(url)
        page.wait_for_selector("html[data-state=ready]")
        expect(preview(page)).to_contain_text("Result: ")
        return page, folder

    return owned


def preview(page):
    return page.locator(".feedback pre")


def link(page):
    return page.get_by_role("link", name="Open a prefilled issue")


def sent(page) -> tuple[str, str, str]:
    """Where the link leads, the title and the text it carries."""
    parts = urlsplit(link(page).get_attribute("href"))
    query = parse_qs(parts.query, strict_parsing=True)
    title, body = query.get("title") or query["issue[title]"], query.get("body") or query["issue[description]"]
    return f"{parts.scheme}://{parts.netloc}{parts.path}", title[0], body[0]


def downloaded(page) -> list[dict[str, str]]:
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download feedback.csv").click()
    assert coming.value.suggested_filename == "feedback.csv"
    text = Path(coming.value.path()).read_bytes().decode()
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def change(page, field: str, text: str):
    """Change the form, and wait for its result: until then the panel is inert, and what is typed there goes into the form."""
    page.locator(f"[name={field}]").fill(text)
    expect(preview(page)).to_contain_text("Result: ")


def collect(page):
    page.get_by_role("button", name="Add to my file").click()


def test_what_is_shown_is_what_the_issue_gets(owned):
    page, folder = owned()
    change(page, "a", "1,5")
    page.get_by_label("What should “y” be?").fill("30")
    page.get_by_label("Comment").fill("Too small & <odd> `here` #1")
    where, title, body = sent(page)
    assert where == "https://github.com/ada/small/issues/new" and title == "Linear: a result is wrong"
    assert preview(page).inner_text() == f"{title}\n\n{body}"
    sha256 = hashlib.sha256(next(folder.glob("model/*.onnx")).read_bytes()).hexdigest()
    [app] = [path.name.removeprefix("app-") for path in folder.glob("app-*")]
    lines = body.splitlines()
    assert lines[0] == "Too small & <odd> `here` #1"
    assert lines[2:] == [
        "```text",
        "Result: y: 24.00",
        "Expected: y: 30",
        f"Model (SHA-256): {sha256}",
        f"Page: {page.url.split('#')[0]} {app}",
        "Values:",
        "  a: 1,5",
        "  b: 2",
        "```",
    ]


def test_the_link_opens_in_a_new_tab_and_tells_nothing_about_the_page(owned, context):
    page, _ = owned()
    context.route("https://github.com/**", lambda route: route.fulfill(body="the issue", content_type="text/plain"))
    page.get_by_label("What should “y” be?").fill("30")
    with page.expect_popup() as opening, context.expect_event("request", lambda request: "github.com" in request.url) as asked:
        link(page).click()
    assert opening.value.url.startswith("https://github.com/ada/small/issues/new?title=")
    assert "referer" not in asked.value.headers
    assert opening.value.evaluate("window.opener") is None


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("https://gitlab.com/group/sub/small.git", "https://gitlab.com/group/sub/small/-/issues/new"),
        ("https://gitlab.example.org/ada/small/", "https://gitlab.example.org/ada/small/-/issues/new"),
        ("https://github.com/ada/small", "https://github.com/ada/small/issues/new"),
        ("https://codeberg.org/ada/small", "https://codeberg.org/ada/small/issues/new"),
    ],
)
def test_other_hosts(owned, repository, address):
    page, _ = owned(repository)
    where, title, body = sent(page)
    assert where == address and preview(page).inner_text() == f"{title}\n\n{body}"


@pytest.mark.parametrize("repository", ["", "ssh://git@example.org/ada/small"])
def test_without_a_repository_on_the_web_no_issue_is_offered(owned, repository):
    page, _ = owned(repository)
    expect(link(page)).to_have_count(0)
    page.get_by_label("Comment").fill("odd")
    collect(page)
    assert len(downloaded(page)) == 1


def test_nothing_given_and_nothing_that_is_a_number(owned):
    page, _ = owned()
    address, pages = page.url, page.context.pages
    link(page).click()
    expect(page.locator(".feedback [role=alert]")).to_have_text("Enter the right value or a comment first.")
    collect(page)
    page.get_by_label("What should “y” be?").fill("many")
    expect(page.locator(".feedback [role=alert]")).to_be_empty()
    collect(page)
    expect(page.locator("#expected-y-refusal")).to_have_text("y: “many” is not a number, such as 12.5.")
    expect(page.get_by_label("What should “y” be?")).to_have_value("many")
    expect(page.get_by_role("button", name="Download feedback.csv")).to_be_hidden()
    assert page.url == address and page.context.pages == pages


def test_a_class_is_chosen_from_the_names(owned):
    page, _ = owned(model=models.softmax, metadata=SOFTMAX)
    box = page.get_by_label("What should “probabilities” be?")
    assert box.locator("option").all_inner_texts() == ["I can’t say", "setosa", "versicolor", "virginica"]
    box.select_option("virginica")
    assert "Expected: probabilities: virginica" in sent(page)[2]
    collect(page)
    [row] = downloaded(page)
    assert row["expected_probabilities"] == "virginica" and row["result_label"] in "012" and row["result_probabilities"].startswith("setosa ")
    expect(box).to_have_value("")


def test_a_long_text_is_shortened_and_said(owned):
    page, _ = owned()
    expect(page.get_by_text("It was shortened")).to_be_hidden()
    long = "😀 `````` é" * 400
    page.get_by_label("Comment").fill(long)
    where, title, body = sent(page)
    assert len(link(page).get_attribute("href")) < 8000 and "Model (SHA-256)" in body and " …\n" in body
    expect(page.get_by_text("It was shortened")).to_be_visible()
    assert preview(page).inner_text() == f"{title}\n\n{body}"
    collect(page)
    assert downloaded(page)[0]["feedback_comment"] == long


def test_rows_are_collected_and_survive_a_reload(owned):
    page, folder = owned()
    change(page, "a", "-1")
    page.get_by_label("What should “y” be?").fill("-5,5")
    collect(page)
    expect(page.locator(".rows [role=status]")).to_have_text("Added. 1 row collected in this browser.")
    expect(page.get_by_label("What should “y” be?")).to_have_value("")
    page.locator("[name=b]").fill("3")
    expect(preview(page)).to_contain_text("29.00")
    page.get_by_label("Comment").fill('=1+1, "no"\nnew line')
    collect(page)
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".rows [role=status]")).to_have_text("2 rows collected in this browser.")
    first, second = downloaded(page)
    sha256 = hashlib.sha256(next(folder.glob("model/*.onnx")).read_bytes()).hexdigest()
    assert first | {"feedback_time": "", "feedback_page": ""} == {
        "feedback_time": "", "feedback_page": "", "feedback_model_sha256": sha256,
        "a": "-1", "b": "2", "result_y": "19", "expected_y": "-5,5", "feedback_comment": "",
    }  # fmt: skip
    assert first["feedback_page"].startswith(page.url.split("#")[0]) and first["feedback_time"].startswith("20")
    assert (second["b"], second["result_y"], second["expected_y"]) == ("3", "29", "")
    assert second["feedback_comment"] == '\'=1+1, "no"\nnew line', "a spreadsheet must not compute it"


@pytest.mark.parametrize("formula", ["=cmd()", "@SUM(1)", "+a", "-a", "\ttab"])
def test_no_cell_is_a_formula(owned, formula):
    page, _ = owned(model=models.mixed, metadata=TEXT)
    page.locator("[name=city]").fill(formula)
    expect(preview(page)).to_contain_text(f"Result: where: {formula.strip()}"[:20])
    page.get_by_label("What should “where” be?").fill("=x")
    collect(page)
    [row] = downloaded(page)
    assert row["city"].startswith("'") and row["result_where"].startswith("'") and row["expected_where"] == "'=x"


def test_deleting_asks_first(owned):
    page, _ = owned()
    page.get_by_label("Comment").fill("odd")
    collect(page)
    page.get_by_role("button", name="Delete all").click()
    expect(page.locator(".sure")).to_contain_text("Delete 1 row for good?")
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete all")).to_be_focused()
    assert len(downloaded(page)) == 1
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".rows [role=status]")).to_have_text("Deleted.")
    page.reload()
    page.wait_for_selector("html[data-state=ready]")
    expect(page.locator(".rows [role=status]")).to_be_empty()
    expect(page.get_by_role("button", name="Download feedback.csv")).to_be_hidden()


@pytest.mark.parametrize("broken", ["Storage.prototype.getItem", "Storage.prototype.setItem"])
def test_blocked_or_full_storage_keeps_rows_in_memory_and_says_so(owned, page, broken):
    page.add_init_script(f"{broken} = () => {{ throw new DOMException('no', 'SecurityError'); }};")
    owned()
    for count in (1, 2):
        page.get_by_label("Comment").fill(f"odd {count}")
        collect(page)
        words = f"Added. {count} row{'s' * (count > 1)} collected in this browser. This browser stores nothing: download the rows before you leave the page."
        expect(page.locator(".rows [role=status]")).to_have_text(words)
    assert [row["feedback_comment"] for row in downloaded(page)] == ["odd 1", "odd 2"]


def test_rows_of_another_deploy_have_their_own_columns(owned, page):
    page, _ = owned()
    page.evaluate("""() => localStorage.setItem(location.href.split('#')[0] + '#feedback', JSON.stringify([{ older: '1', a: '2' }]))""")
    page.get_by_label("Comment").fill("odd")
    collect(page)
    old, new = downloaded(page)
    assert (old["older"], old["a"], old["feedback_comment"]) == ("1", "2", "") and (new["older"], new["a"]) == ("", "1")


def test_while_a_value_is_refused_there_is_nothing_to_send(owned):
    page, _ = owned()
    page.get_by_label("Comment").fill("odd")
    page.locator("[name=b]").fill("many")
    expect(page.locator(".feedback > .note")).to_be_visible()
    expect(preview(page)).to_be_empty()
    page.locator("[name=b]").fill("3")
    expect(preview(page)).to_contain_text("Result: y: 33.00")
    expect(page.get_by_label("Comment")).to_have_value("odd")


def test_the_page_sends_nothing_by_itself(owned, page):
    owned()
    requests = []
    page.on("request", lambda request: requests.append((request.method, request.url)))
    page.get_by_label("What should “y” be?").fill("30")
    page.get_by_label("Comment").fill("secret")
    collect(page)
    downloaded(page)
    page.wait_for_timeout(300)
    assert all(method == "GET" and "secret" not in url for method, url in requests)
    assert {url.split("/")[-2] for _, url in requests if url.startswith("http")} <= {"runtime"}, "the writer of CSV files"


def test_nothing_runs_over_the_edge(owned, page):
    owned()
    page.get_by_label("Comment").fill("x" * 500)
    assert_fits(page)
