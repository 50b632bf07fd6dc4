"""Charts drawn: Vega-Lite specifications to SVG and PNG, with Chinese letters on any machine.

The font is the package's own (`fonts/`, a subset of Noto Sans CJK SC), so that letters are measured
and drawn alike everywhere. In files of their own, SVG pictures keep their text as text and carry the
letters that they need; in a page they take the page's fonts. Needs the extra `release`.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache, partial
from html import escape, unescape
from importlib.resources import files
from typing import Any

from customhouse import optional
from customhouse.release.charts_theme import FONTS
from customhouse.release.model import Chart

SCALE = 2.0
"""Pixels for a unit of a picture."""
_module = partial(optional.module, what="drawing charts", extra="release")
_VERSION = "5.20"
_NAME = re.compile(r'\b(id="|url\(#|xlink:href="#)([\w-]+)')
_TEXT = re.compile(r">([^<>]+)<")
_TAG = re.compile(r"<[^>]+>")
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-label)="[^"]*"')
"""What the renderer says of single marks: a picture is one thing, and says itself what it shows."""
_OPENING = re.compile(r"<svg\b[^>]*>")


def svg(chart: Chart) -> str:
    """The chart as SVG with its text as text, its title and what it shows."""
    drawn = str(_vega().vegalite_to_svg(json.dumps(chart.specification), vl_version=_VERSION))
    name = f"chart-{chart.code}".replace("_", "-")
    drawn = _TAG.sub(lambda found: _ROLES.sub("", found[0]), drawn)
    drawn = _NAME.sub(lambda found: f"{found[1]}{name}-{found[2]}", drawn)
    told = f'<title id="{name}-title">{_shown(chart.title)}</title>'
    told += f'<desc id="{name}-desc">{_shown(chart.text)}</desc>'
    role = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    return _OPENING.sub(lambda found: f"{found[0][:-1]} {role}>{told}", drawn, count=1)


def png(drawn: str) -> bytes:
    """A picture of a drawn chart."""
    return bytes(_vega().svg_to_png(drawn, scale=SCALE))


def alone(drawn: Sequence[str]) -> list[str]:
    """Drawn charts as files of their own: each carries the letters that all of them need."""
    face = _face("".join(sorted({letter for text in drawn for letter in _letters(text)})))
    style = f"<defs><style>{face}</style></defs>"
    return [_OPENING.sub(lambda found: found[0] + style, text, count=1) for text in drawn]


def missing(texts: Iterable[str]) -> str:
    """The letters of texts that the font does not have, in order."""
    there = _covered()
    return "".join(sorted({letter for text in texts for letter in text if ord(letter) not in there}))


def _letters(drawn: str) -> set[str]:
    return {letter for text in _TEXT.findall(drawn) for letter in unescape(text)}


def _shown(text: str) -> str:
    return escape(text, quote=False)


def _face(letters: str) -> str:
    """A font of some letters as a rule of CSS."""
    subset, fonts = _module("fontTools.subset"), _module("fontTools.ttLib")
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[1, 2])
    font = fonts.TTFont(str(_folder() / "NotoSansSC-Regular.otf"), lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    data = base64.b64encode(out.getvalue()).decode()
    return f"@font-face{{font-family:'{FONTS[0]}';src:url(data:font/woff;base64,{data}) format('woff')}}"


@cache
def _covered() -> frozenset[int]:
    fonts = _module("fontTools.ttLib")
    return frozenset(fonts.TTFont(str(_folder() / "NotoSansSC-Regular.otf"), lazy=True).getBestCmap())


@cache
def _vega() -> Any:
    """The converter, knowing the package's font."""
    found = _module("vl_convert")
    found.register_font_directory(str(_folder()))
    return found


def _folder() -> Any:
    return files("customhouse.release").joinpath("fonts")
