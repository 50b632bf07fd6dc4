"""What all pages look like, those in one file and those of the counter: colours, letters, the first rules.

`base.css` has them; whoever makes a page puts its own rules after these.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
"""The languages of pages as HTML names them."""


@cache
def base() -> str:
    """The style sheet that all pages begin with."""
    return files(__package__).joinpath("base.css").read_text(encoding="utf-8")
