"""What all pages look like, those in one file and those of the counter: colours, letters, the first rules.

`base.css` has them; whoever makes a page puts its own rules after these.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
"""The languages of pages as HTML names them."""


@cache
def base() -> str:
    """The style sheet that all pages begin with."""
    return files(__package__).joinpath("base.css").read_text(encoding="utf-8")


def policy(style: str, script: str | None = None) -> str:
    """A content security policy of a page in one file: it lets this style and script act, nothing else."""
    ending = "base-uri 'none'; form-action 'none'"
    if script is None:
        return f"default-src 'none'; style-src {_mark(style)}; {ending}"
    trusted = "require-trusted-types-for 'script'; trusted-types 'none'"
    return f"default-src 'none'; style-src {_mark(style)}; script-src {_mark(script)}; {ending}; {trusted}"


def _mark(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
