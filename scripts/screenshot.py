"""A picture of a report page: python scripts/screenshot.py build/demo/report.html [docs/images/report.png].

Opens the page with the details of its first finding's first figure, or of its first figure, shown.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def main() -> None:
    """Read the command line, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("picture", type=Path, nargs="?", default=Path("docs/images/report.png"))
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=860)
    options = parser.parse_args()
    if not options.report.is_file():
        parser.error(f"{options.report}: no such page; write one first with: customhouse report")
    take(options)


def take(options: argparse.Namespace) -> None:
    """Write the picture that the options ask for."""
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_browser(), args=ARGS)
        page = browser.new_page(
            viewport={"width": options.width, "height": options.height}, device_scale_factor=2,
            color_scheme="dark" if options.dark else "light",
        )
        page.goto(f"{options.report.resolve().as_uri()}#lang={options.language}")
        _open_figure(page)
        page.screenshot(path=options.picture)
        browser.close()
    print(options.picture)


def _open_figure(page: Page) -> None:
    links, figures = page.locator("#findings a[data-go]"), page.locator(".fig")
    target = links if links.count() else figures
    if target.count():
        target.first.click()
        page.wait_for_timeout(400)


def _browser() -> str | None:
    """A Chromium of the system; None leaves the choice to playwright."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


if __name__ == "__main__":
    main()
