"""Charts as pictures for readers without scripts: what pages showed last is kept, and drawn when asked for.

A picture is asked for by the hash of its specification, so that nobody can have one drawn that no page
has; what is forgotten meanwhile is there again when the page is. They are drawn in a process beside this
one, all that are waiting in one go.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import OrderedDict
from importlib.util import find_spec
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from customhouse.errors import MissingExtra
from customhouse.web.problems import timed_out

WIDTH = 480
"""Pixels of a picture, which scales with its place."""
SECONDS = 60.0
"""So long all that are waiting may take together."""
_ESCAPES = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
T = TypeVar("T")


class Last(Generic[T]):
    """What was put in last, by key; the oldest goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        """What has a key, None where it is not kept."""
        return self._kept.get(key)

    def put(self, key: str, thing: T) -> None:
        """Keep a thing."""
        self._kept[key] = thing
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


_specifications: Last[str] = Last(600)
_pictures: Last[str] = Last(200)
_wanted: dict[str, str] = {}
_drawing: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def encoded(specification: dict[str, Any]) -> str:
    """A specification as JSON that no script element takes for its end."""
    text = json.dumps(specification, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return text


def keep(text: str) -> str:
    """Remember an encoded specification; the key that its picture is asked for by."""
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    _specifications.put(key, text)
    return key


async def drawn(key: str) -> str | None:
    """The picture of a key as SVG; None where the specification is not (or no longer) known.

    Raises MissingExtra where what draws is not installed, Problem (503) where it takes too long.
    """
    text = _specifications.get(key)
    if text is None or _pictures.get(key):
        return _pictures.get(key)
    if find_spec("vl_convert") is None:
        raise MissingExtra("drawing charts", "release")
    _wanted[key] = text
    async with _drawing.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        if _pictures.get(key) is None:
            waiting = dict(_wanted)
            _wanted.clear()
            for one, picture in (await _drawn(waiting)).items():
                _pictures.put(one, picture)
    return _pictures.get(key)


async def _drawn(texts: dict[str, str]) -> dict[str, str]:
    """Pictures of specifications, from a process that is killed where it takes too long. Raises Problem."""
    asked = json.dumps({key: _sized(json.loads(text)) for key, text in texts.items()})
    command = (sys.executable, "-P", "-m", "customhouse.web.drawing")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        made, _ = await asyncio.wait_for(process.communicate(asked.encode()), SECONDS)
    except TimeoutError as error:
        raise timed_out(SECONDS) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    found: dict[str, str] = json.loads(made) if process.returncode == 0 else {}
    return found


def _sized(specification: dict[str, Any]) -> dict[str, Any]:
    config = specification["config"] | {"background": "#ffffff", "padding": 8}
    return specification | {"width": WIDTH, "config": config}
