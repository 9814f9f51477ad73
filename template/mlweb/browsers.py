"""Find the browsers that the tests drive, and get those that are missing.

`find` prefers the build that Playwright downloads, the one its version was made for; else the system's own browser will do.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from mlweb.console import say
from mlweb.errors import UserError, run

ENGINES = ("chromium", "firefox", "webkit")

# Where systems keep their browsers: commands on PATH, then usual places on macOS and Windows. Playwright drives no system's WebKit.
PLACES = {
    "chromium": [
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "%PROGRAMFILES%/Google/Chrome/Application/chrome.exe",
        "%PROGRAMFILES(X86)%/Google/Chrome/Application/chrome.exe",
        "%LOCALAPPDATA%/Google/Chrome/Application/chrome.exe",
        "%PROGRAMFILES(X86)%/Microsoft/Edge/Application/msedge.exe",
    ],
    "firefox": [
        "firefox-esr",
        "firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "%PROGRAMFILES%/Mozilla Firefox/firefox.exe",
    ],
    "webkit": [],
}
# Chromium without windows, as Playwright's own download is: a page in it costs 60 % of the processor time that one in the whole browser does.
WINDOWLESS = {"chromium": ["chromium-headless-shell"]}
PACKAGES = {"chromium": "chromium-headless-shell", "firefox": "firefox-esr"}  # of Debian
# Those that a system brings would be part of every page; to start without them takes Firefox a fifth less processor time.
NO_ADD_ONS = {"extensions.enabledScopes": 0}
# Drawn 15 times a second, not 60, what nobody sees takes all of a test a sixth less.
FEW_FRAMES = {"layout.frame_rate": 15}
# With it Chromium has a software adapter for WebGPU where the machine has no GPU: slow, but there.
WEBGPU = "--enable-unsafe-webgpu"
TIMEOUT_MS = "10000"  # Playwright's download tries five times; its own 30 s each make two minutes behind a silent firewall


def find(engine: str, headed: bool = False, playwright: Playwright | None = None) -> dict | None:
    """Arguments for Playwright's `launch` of an engine ("chromium", "firefox", "webkit"), with windows if `headed`; None without such a browser.

    `playwright`: one that runs already, for to start another takes half a second.
    """
    own = getattr(playwright, engine).executable_path if playwright else downloads()[engine]
    if Path(own).exists():
        return {}
    path = next(filter(None, map(program, PLACES[engine] if headed else WINDOWLESS.get(engine, []) + PLACES[engine])), None)
    if path is None:
        return None
    if engine == "firefox":  # Mozilla's own build has no Playwright protocol: this channel speaks WebDriver BiDi
        return {"channel": "moz-firefox", "executable_path": path, "firefox_user_prefs": NO_ADD_ONS | ({} if headed else FEW_FRAMES)}
    return {"executable_path": path}


def program(name: str) -> str | None:
    """The path of a program, also where PATH leaves out the system's own folders."""
    return shutil.which(os.path.expandvars(name), path=os.pathsep.join((os.environ.get("PATH", ""), os.defpath)))


@cache
def downloads() -> dict[str, str]:
    """Where Playwright's download of each engine is, or would be."""

    def ask() -> dict[str, str]:
        with sync_playwright() as playwright:
            return {engine: getattr(playwright, engine).executable_path for engine in ENGINES}

    with ThreadPoolExecutor(1) as thread:  # a thread of its own, for the caller's may already run a Playwright
        return thread.submit(ask).result()


def get(engine: str) -> str:
    """Try Playwright's download, then Debian's package; "" when the engine is there now, else why the last try failed."""
    tries = [([sys.executable, "-m", "playwright", "install", engine], {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": TIMEOUT_MS})]
    apt = program("apt-get")
    if engine in PACKAGES and apt and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        tries.append(([apt, "update"], quiet))
        tries.append(([apt, "install", "-y", "--no-install-recommends", PACKAGES[engine]], quiet))
    why = ""
    for command, extra in tries:
        if command[0] == apt and not is_welcome(PACKAGES[engine]):
            return "Debian's package was declined"
        say(f"{engine}: trying {' '.join(command).removeprefix(f'{sys.executable} -m ')} ...")
        done = subprocess.run(command, env={**extra, **os.environ}, capture_output=True, encoding="utf-8", errors="replace", check=False)
        if find(engine) is not None:
            return ""
        why = reason(done.stdout + done.stderr) or why
    return why


@cache
def is_welcome(package: str) -> bool:
    """Whether a package of the system may be installed: asks at a terminal; without one, it only says so."""
    say(f"Playwright's own download is not available here: the system's package {package} would be installed, with its dependencies.")
    return not sys.stdin.isatty() or input("Install it now? [Y/n] ").strip().lower() in ("", "y", "yes")


def reason(said: str) -> str:
    """The last line of a failed command that says why, without its stack traces."""
    lines = [line.strip() for line in said.splitlines()]
    errors = [line for line in lines if line.startswith(("Error: ", "E: "))]
    return errors[-1] if errors else ""


def main() -> None:
    """Make sure that the named browsers are installed for the tests."""
    parser = argparse.ArgumentParser(prog="python -m mlweb.browsers", description=main.__doc__)
    parser.add_argument("engines", nargs="+", choices=ENGINES, metavar="engine", help=", ".join(ENGINES))
    problems = []
    for engine in parser.parse_args().engines:
        why = "" if find(engine) is not None else get(engine)
        if (found := find(engine)) is None:
            own = "" if engine == "webkit" else f"install {engine.capitalize()} as your system does, or "
            problems.append(f"{engine}, which the tests need, is not installed: {own}run: uv run playwright install --with-deps {engine} ({why})")
        else:
            say(f"{engine}: {found.get('executable_path', downloads()[engine])}")
    if problems:
        raise UserError(*problems)


if __name__ == "__main__":
    sys.exit(run(main))
