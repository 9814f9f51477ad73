"""The page's colours stand once, in web/style.css: what the build takes from there, and what it makes of an accent."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import small_project
from mlweb.site import build, theme
from paths import ROOT

CSS = (ROOT / "template/web/style.css").read_text(encoding="utf-8")
NAMED = theme.tokens(CSS)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_accent_can_be_read_in_both_themes(colour):
    light, dark = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", theme.accent("#{:02x}{:02x}{:02x}".format(*colour), CSS)).groups()
    assert theme.contrast(theme.rgb(light), theme.rgb(NAMED["page"][0])) >= 4.5
    assert theme.contrast(theme.rgb(dark), theme.rgb(NAMED["card"][1])) >= 4.5


def test_a_readable_accent_stays_what_it_is():
    assert theme.accent("#000", CSS).startswith("light-dark(#000000, ")
    assert theme.accent("#fff", CSS).endswith(", #ffffff)")


def test_every_colour_that_is_used_is_given():
    painted = re.compile(r"(?:color|background|border[\w-]*|outline|fill|stroke|box-shadow)\s*:[^;{}]*?var\((--[\w-]+)\)")
    sheets, scripts = ([path.read_text(encoding="utf-8") for path in (ROOT / "template/web").rglob(kind)] for kind in ("*.css", "*.js"))
    used = {name for css in sheets for name in painted.findall(css)}
    given = {name for css in sheets for name in re.findall(r"(--[\w-]+)\s*:", css)} | {name for js in scripts for name in re.findall(r"'(--[\w-]+)'", js)}
    assert len(used) > 10 and used <= given, used - given


@pytest.mark.parametrize(("one", "two", "ratio"), [("#000", "#fff", 21), ("#777777", "#fff", 4.48), ("#2f6f4f", "#2f6f4f", 1)])
def test_contrast_is_that_of_wcag(one, two, ratio):
    assert theme.contrast(theme.rgb(one), theme.rgb(two)) == pytest.approx(ratio, abs=0.01)


def test_another_ground_in_the_style_sheet_changes_what_the_build_writes(tmp_path):
    root = small_project.make(tmp_path)
    (root / "web/style.css").write_text(":root { --page: light-dark(#123456, #000); --card: light-dark(#fff, #111); }\n")
    build.build(root, root / "dist")
    [manifest, app] = [json.loads(next(root.glob(f"dist/app-*/{name}")).read_text()) for name in ("manifest.json", "app.webmanifest")]
    assert app["background_color"] == "#123456"
    assert manifest["page"]["accent"] == theme.accent("#2f6f4f", (root / "web/style.css").read_text())


def test_no_colour_of_the_theme_stands_in_code():
    colours = {colour.lower() for name in ("page", "card") for colour in NAMED[name] if len(colour) == 7}
    code = [*ROOT.glob("template/mlweb/**/*.py"), *ROOT.glob("template/web/**/*.js")]
    assert [path for path in code if any(colour in path.read_text(encoding="utf-8").lower() for colour in colours)] == []


def test_old_browsers_get_the_light_half_of_each_colour():
    fallback = dict(re.findall(r"--([\w-]+): (#\w+)(?: !important)?;", CSS.split("@supports not")[1].split("@layer")[0]))
    assert fallback == {name: light for name, (light, _) in NAMED.items()}
