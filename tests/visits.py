"""Visits to the server of the tests in a browser, which must have stayed silent at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from browsing import DESKTOP, Visit

WITHOUT_SCRIPTS = DESKTOP | {"java_script_enabled": False}
Open = Callable[..., Visit]


@contextmanager
def visiting(browser: Any, address: str) -> Iterator[Open]:
    """Opens pages of a server, by their paths."""
    made: list[Visit] = []

    def open_(path: str, options: dict[str, Any] = DESKTOP) -> Visit:
        made.append(Visit(browser, address + path, options))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def fits(page: Any) -> bool:
    """Whether the page does not scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
