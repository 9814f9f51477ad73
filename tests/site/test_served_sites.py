"""Sites of the tests are origins of their own, what a page of one stored, no page of another finds; and they go before their pages do."""

import pytest

import served_sites


def test_no_site_gets_the_port_of_another(monkeypatch, tmp_path):
    real, asked = served_sites.serve.Server, []

    def server(folder, base, port, isolated):
        asked.append(port)
        return real(folder, base, first if len(asked) == 1 else port, isolated)

    with served_sites.serving(tmp_path) as url:
        first = int(url.split(":")[2].split("/")[0])
    monkeypatch.setattr(served_sites.serve, "Server", server)
    with served_sites.serving(tmp_path) as other:
        assert other != url
    assert len(asked) > 1, "the first port was never offered"


def test_what_a_page_asks_for_while_its_test_ends_is_no_error(page, served):
    url, folder = served()
    [manifest] = folder.glob("app-*/manifest.json")
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]")
    page.route("**/manifest.json", lambda route: route.fulfill(json=route.fetch().json()))
    page.evaluate("(url) => { fetch(url); }", url + manifest.relative_to(folder).as_posix())


@pytest.fixture
def broken_at_the_end(page):
    """A page on which something goes wrong while its test ends."""
    yield page
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('the site is gone'); }); }")


def test_what_goes_wrong_on_a_page_while_its_test_ends_is_no_error(broken_at_the_end, whole):
    broken_at_the_end.goto(whole())


@pytest.mark.xfail(raises=AssertionError, strict=True)
def test_what_goes_wrong_on_a_page_fails_its_test(page, whole):
    page.goto(whole())
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('wrong'); }); }")
