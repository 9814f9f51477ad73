"""A WebKit of Debian's, driven by WebDriver on a screen of its own: which there are, what one needs, and a session of it."""

import glob
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver import webkitgtk, wpewebkit

# What WebDriver drives: the driver, its browser, Debian's packages, and what the browser's environment says.
PLAIN = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1"}  # without a graphics card, OpenGL in software takes half of a page's processor time
DRIVEN = {
    "webkit": ("WebKitWebDriver", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "webkit2gtk-driver xvfb", PLAIN),
    "webkit-shared": ("WebKitWebDriver", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "webkit2gtk-driver xvfb", PLAIN | {"JSC_useSharedArrayBuffer": "1"}),
    "wpe": ("WPEWebDriver", "/usr/bin/cog", "cog wpewebkit-driver xvfb", {}),  # the WebKit of 2022
}


def lacking(engine: str) -> str:
    """A sentence about what one of them needs and is not there, else ""."""
    driver, browser, packages, _ = DRIVEN[engine]
    absent = [name for name in (driver, "Xvfb") if not shutil.which(name)] + ([] if glob.glob(browser) else [Path(browser).name])
    return f"{engine} can't run here without {', '.join(absent)}: apt-get install {packages}" if absent else ""


@contextmanager
def screen():
    """A virtual screen of its own: yields its name for DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def driven(engine: str, display: str):
    """A WebDriver session of a WebKit."""
    driver, browser, _, environment = DRIVEN[engine]
    environment = os.environ | environment | {"DISPLAY": display}
    if engine == "wpe":
        options = webdriver.WPEWebKitOptions()
        options.set_capability("browserName", "cog")
        options.add_argument("--platform=headless")
        start, service = webdriver.WPEWebKit, wpewebkit.service.Service
    else:
        options = webdriver.WebKitGTKOptions()
        start, service = webdriver.WebKitGTK, webkitgtk.service.Service
    options.add_argument("--automation")
    options.binary_location = glob.glob(browser)[0]
    session = start(options=options, service=service(shutil.which(driver), env=environment))
    try:
        yield session
    finally:
        session.quit()
