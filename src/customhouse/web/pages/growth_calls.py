"""The same elsewhere: prices and adjustment on the command line, in Python, from the API, and as files."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from customhouse.period import Period
from customhouse.web.jobs.growing import MONTHS
from customhouse.web.pages.query_asked import USUAL, WHICH
from customhouse.web.pages.query_calls import STORE, Call
from customhouse.web.pages.query_calls import python as query_python
from customhouse.web.pages.query_options import pretty
from customhouse.web.words import word

if TYPE_CHECKING:
    from customhouse.web.growth_model import Wanted
    from customhouse.web.pages.growth_asked import Asking

FORMATS = ("csv", "json")
_CONCEPTS = ("system", "partner_by", "returned")
"""What these commands have no options for: then none is shown."""
_VERBS = {"prices": "prices", "adjusted": "adjust"}
"""What the API names, and what the command line and Python do."""


def calls(asking: Asking, wanted: Wanted, base: str, language: str) -> tuple[Call, ...]:
    """The growth of the period taken apart, prices and volumes by month, and the adjusted series."""
    slice_ = {name: told for name, told in asking.choices.options.items() if name != "period"}
    which = {n: told for n in WHICH if (told := asking.choices.which.get(n)) and USUAL.get(n) != told}
    period, last = wanted.period, wanted.period.last
    indices = {"period": pretty(Period(last - MONTHS + 1, last)), "by": wanted.by}
    return (
        _call("prices", "growth_call_parts", slice_ | {"period": pretty(period)}, which, base, language),
        _call("prices", "growth_call_prices", slice_ | indices, which, base, language),
        _call("adjusted", "growth_call_adjusted", slice_, which, base, language),
    )


def _call(
    name: str, title: str, told: Mapping[str, str], which: Mapping[str, str], base: str, language: str
) -> Call:
    api = f"{base}/api/v1/{name}?{urlencode([*told.items(), *which.items()])}"
    files = tuple((form, f"{api}&format={form}") for form in FORMATS)
    verb = _VERBS[name]
    options = [part for one, text in [*told.items(), *which.items()] for part in (_option(one), text)]
    unnamed = any(name in which for name in _CONCEPTS)
    command = "" if unnamed else shlex.join(["customhouse", verb, STORE, *options])
    python = query_python(told, which).replace("answer = desk.query(", f"found = desk.{verb}(")
    return Call(word(title, language), command, python, api, f"curl {shlex.quote(api)}", files)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
