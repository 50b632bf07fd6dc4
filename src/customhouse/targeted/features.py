"""What features of a model are called, and how their values are printed: in yuan, days or per cent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from customhouse import interface
from customhouse.targeted.words import Printer, shown
from customhouse.targeting.coding import KEYS
from customhouse.targeting.why.topics import AMOUNTS

_MINUS = "\N{MINUS SIGN}"
_PEERS = ("away", "spreads")
_STATS = (
    "recent_inspections", "recent_rate", "declarations", "inspections", "rate", "unsure", "revenue", "since",
    "finds_price_away", "finds_price", "finds_duty_away", "finds_duty", "finds_route_away", "finds_route",
)  # fmt: skip
_LONGEST = sorted(AMOUNTS, key=len, reverse=True)


def named(feature: str, to: Printer) -> str:
    """A feature in words; one that is not known by its name."""
    amount, rest, stat = _parts(feature)
    if not stat:
        return to.word(f"amount_{amount}") if amount and not rest else shown(feature)
    if not amount:
        return to.word("feature_of", stat=to.word(f"stat_{stat}"), key=_key(rest, to))
    told = "over" if amount == "duty_rate" and stat == "away" else stat
    places = {"amount": to.word(f"amount_{amount}"), "stat": to.word(f"stat_{told}"), "key": _key(rest, to)}
    return to.word("feature_peer", **places)


def printed(feature: str, value: float) -> str:
    """A value of a feature as people count, where the feature is a logarithm or a share."""
    amount, _, stat = _parts(feature)
    code = stat or amount
    if amount == "duty_rate" and stat != "spreads":
        code = "rate"
    return _KINDS.get(code, _plain)(value)


def _parts(feature: str) -> tuple[str, str, str]:
    """The amount of the declaration, the key, and what is told of it; "" for what a feature has not."""
    amount = next((one for one in _LONGEST if feature == one or feature.startswith(f"{one}_")), "")
    rest = feature.removeprefix(amount).strip("_")
    stat = next((one for one in (_PEERS if amount else _STATS) if rest.endswith(f"_{one}")), "")
    return amount, rest.removesuffix(f"_{stat}") if stat else rest, stat


def _key(key: str, to: Printer) -> str:
    """The attributes that a key is of; a further column by its name."""
    rows = interface.words("targeting_report")
    parts = KEYS.get(key, (key,))
    names = [to.word(f"part_{one}") if f"part_{one}" in rows else shown(one) for one in parts]
    return to.word("part_and").join(names)


def _plain(value: float) -> str:
    """To three digits, without powers of ten."""
    digits = float(f"{value:.3g}")
    return (f"{digits:.3g}" if abs(digits) < 1000 else f"{digits:,.0f}").replace("-", _MINUS)


def _share(value: float) -> str:
    return f"{_plain(100 * value)}%"


_KINDS: Mapping[str, Callable[[float], str]] = {
    **dict.fromkeys(("rate", "recent_rate", "unsure"), _share),
    **dict.fromkeys(("finds_duty", "finds_duty_away", "finds_route", "finds_route_away"), _share),
    **dict.fromkeys(("declarations", "inspections", "recent_inspections", "since"),
                    lambda value: _plain(math.expm1(value))),
    "revenue": lambda value: _plain(math.expm1(value) / 100),
    **dict.fromkeys(("log_value", "log_net_mass", "log_duty", "log_unit_value", "away", "finds_price",
                     "finds_price_away"), lambda value: _plain(math.exp(value))),
}  # fmt: skip
"""Profiles keep logarithms of one more than counts, days and cents; amounts and distances are logarithms."""
