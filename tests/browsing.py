"""Chromium for tests of pages, and the screens that they are looked at on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
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
