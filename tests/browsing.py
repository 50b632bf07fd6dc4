"""Chromium for tests of pages, and the screens that they are looked at on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

# The shell has no windows to draw around pages: a fifth less of the processor's time.
NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "reduced_motion": "reduce"}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


def _missing(reason: str) -> None:
    """Skip; in CI, where the browser is part of the set-up, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; CI must have it")
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; where there is none the test is skipped, in CI it fails."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        _missing("no Chromium found; scripts/install-browser.sh says how to get one")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=ARGS)
        yield found
        found.close()


def axe(page: Any) -> None:
    """Fail on what axe finds serious or critical on a page: who reads with ears or keyboard is kept out."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        _missing("axe-playwright-python is not installed")
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    told = [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in grave for node in one["nodes"]]
    assert told == []


GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx writes as errors of a request that it gives up for a newer one; a failed one says more."""


def _trouble(message: Any) -> bool:
    return message.type == "error" and message.text.split(",")[0] not in GIVEN_UP


class Visit:
    """An open page with all that it asked of the network and all that went wrong."""

    def __init__(self, browser: Any, address: str, options: dict[str, Any]) -> None:
        self.origin = "file:" if address.startswith("file:") else "/".join(address.split("/")[:3]) + "/"
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.troubles: list[str] = []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.troubles.append(str(e)))
        self.page.on("console", lambda m: self.troubles.append(m.text) if _trouble(m) else None)
        self.page.goto(address)

    def figure(self, text: str) -> Any:
        return self.page.locator(".fig[id]", has_text=text).first

    @property
    def card(self) -> Any:
        return self.page.locator("#card")

    def close(self) -> None:
        """Nothing may have gone wrong, and no other host been asked."""
        assert self.troubles == []
        assert [r for r in self.requests if not r.startswith(self.origin)] == []
        assert self.page.evaluate("window.hacked") is None
        self.context.close()
