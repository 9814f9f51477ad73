"""mlweb.browsers: which browser the tests are given, and what is said when there is none. Downloads are stand-ins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlweb import browsers
from mlweb.errors import run


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any browser; machine(name, content) puts a command on its PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browsers.os, "defpath", "")
    monkeypatch.setattr(browsers, "downloads", lambda: {engine: str(tmp_path / "own" / engine) for engine in browsers.ENGINES})
    monkeypatch.setattr(browsers.sys, "executable", str(tmp_path / "bin/python"))

    def install(name: str, content: str = "") -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{content}\n")
        path.chmod(0o755)
        return path

    install("python", "exit 1")
    return install


def download(tmp_path: Path, engine: str) -> str:
    """Shell lines that do what Playwright's download does."""
    return f"/bin/mkdir -p {tmp_path}/own && : > {tmp_path}/own/{engine}"


def main(monkeypatch, *engines: str) -> int:
    monkeypatch.setattr(browsers.sys, "argv", ["browsers", *engines])
    return run(browsers.main)


def test_playwrights_own_download_comes_first(machine, tmp_path):
    machine("chromium")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/chromium").touch()
    assert browsers.find("chromium") == {}


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "chromium-browser"])
def test_a_chromium_of_the_system(machine, name):
    assert browsers.find("chromium") is None
    path = machine(name)
    assert browsers.find("chromium") == {"executable_path": str(path)}


@pytest.mark.parametrize("name", ["firefox", "firefox-esr"])
def test_a_firefox_of_the_system_speaks_bidi(machine, name):
    path = machine(name)
    seen = {"channel": "moz-firefox", "executable_path": str(path), "firefox_user_prefs": browsers.NO_ADD_ONS}
    assert browsers.find("firefox", headed=True) == seen
    assert browsers.find("firefox") == {**seen, "firefox_user_prefs": browsers.NO_ADD_ONS | browsers.FEW_FRAMES}


def test_no_webkit_of_the_system_will_do(machine):
    machine("epiphany")
    assert browsers.find("webkit") is None


def test_command_names_what_is_there(machine, monkeypatch, capsys):
    path = machine("chromium")
    assert main(monkeypatch, "chromium") == 0
    assert capsys.readouterr().out == f"chromium: {path}\n"


def test_command_downloads(machine, monkeypatch, capsys, tmp_path):
    machine("python", download(tmp_path, "firefox"))
    assert main(monkeypatch, "firefox") == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"firefox: {tmp_path}/own/firefox"


def test_one_without_windows_is_preferred_where_none_is_asked_for(machine):
    whole, windowless = machine("chromium"), machine("chromium-headless-shell")
    assert browsers.find("chromium") == {"executable_path": str(windowless)}
    assert browsers.find("chromium", headed=True) == {"executable_path": str(whole)}


@pytest.mark.parametrize(("engine", "package"), [("chromium", "chromium-headless-shell"), ("firefox", "firefox-esr")])
def test_command_falls_back_to_debian_packages(machine, monkeypatch, capsys, tmp_path, engine, package):
    monkeypatch.setattr(browsers.os, "geteuid", lambda: 0)
    body = (
        f'echo "$@" >> {tmp_path}/calls; [ $1 = install ] || exit 0; printf "#!/bin/sh\\n" > {tmp_path}/bin/{package}; /bin/chmod +x {tmp_path}/bin/{package}'
    )
    machine("apt-get", body)
    assert main(monkeypatch, engine) == 0
    assert (tmp_path / "calls").read_text() == f"update\ninstall -y --no-install-recommends {package}\n"
    assert capsys.readouterr().out.splitlines()[-1] == f"{engine}: {tmp_path}/bin/{package}"


@pytest.mark.parametrize(("answer", "installs"), [("", True), ("y", True), ("n", False)])
def test_whoever_sits_at_a_terminal_is_asked_before_apt_installs(machine, monkeypatch, capsys, tmp_path, answer, installs):
    monkeypatch.setattr(browsers.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browsers.sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    machine("apt-get", f"echo $1 >> {tmp_path}/calls")
    browsers.is_welcome.cache_clear()
    assert main(monkeypatch, "chromium") == 1
    said = capsys.readouterr()
    assert "the system's package chromium-headless-shell would be installed" in said.out and asked == ["Install it now? [Y/n] "]
    assert (tmp_path / "calls").exists() == installs
    assert installs or "Debian's package was declined" in said.err


def test_apt_is_for_root_only(machine, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(browsers.os, "geteuid", lambda: 1000)
    machine("apt-get", f"echo no >> {tmp_path}/calls")
    assert main(monkeypatch, "chromium") == 1
    assert not (tmp_path / "calls").exists()


def test_command_says_what_to_do_one_sentence_an_engine(machine, monkeypatch, capsys):
    monkeypatch.setattr(browsers.os, "geteuid", lambda: 1000)
    machine("python", "echo 'Failed to install browsers'; echo 'Error: Download failure, code=1'; echo '    at ChildProcess (x.js:1:1)'; exit 1")
    assert main(monkeypatch, "chromium", "webkit") == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first == (
        "chromium, which the tests need, is not installed: install Chromium as your system does, "
        "or run: uv run playwright install --with-deps chromium (Error: Download failure, code=1)"
    )
    assert second == "webkit, which the tests need, is not installed: run: uv run playwright install --with-deps webkit (Error: Download failure, code=1)"


@pytest.mark.slow
def test_the_found_browsers_really_start():
    """In a process of its own, inside a running Playwright, as pytest's plugin has one."""
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "from mlweb.browsers import find\n"
        "with sync_playwright() as playwright:\n"
        "    for engine in ('chromium', 'firefox'):\n"
        "        if (found := find(engine)) is not None:\n"
        "            browser = getattr(playwright, engine).launch(**found)\n"
        "            page = browser.new_page()\n"
        "            page.goto('data:text/html,<title>it runs</title>')\n"
        "            print(engine, page.title())\n"
        "            browser.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=True)
    known = [engine for engine in ("chromium", "firefox") if browsers.find(engine) is not None]
    assert done.stdout.splitlines() == [f"{engine} it runs" for engine in known]
