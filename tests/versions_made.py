"""Two versions of a text with differences planted: claims in Chinese and English, one in five touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from claiming import ORIGIN, code_of, group_of, slice_of
from customhouse.errors import WordingError
from customhouse.model import Claim
from customhouse.period import Period
from customhouse.prose import Passage, canonical, compose, reads_back, write
from customhouse.versions.meaning import said

TOUCHED = 0.2
Change = tuple[str, "Claim | None", "Claim | None", "str | None"]
_AMOUNTS = ("value", "quantity", "price", "count")


@dataclass(frozen=True, slots=True)
class Planted:
    """Two texts and what differs: (kind, claim of the first, claim of the second, field or None)."""

    first: Passage
    second: Passage
    published: str
    changes: tuple[Change, ...]


def key(claim: Claim | None) -> object:
    """What a claim says, wherever it stands."""
    return None if claim is None else said(claim, 0).key


def _way(random: Random, period: Period) -> Claim:
    """That exports or imports of some part rose or fell, or that its trade left a surplus or a deficit."""
    balance = random.random() < 0.5
    part = slice_of(random, ("balance",) if balance else ("exports", "imports"), 1, 2)
    value = random.choice([1.0, -1.0])
    return Claim("direction", value, "1", ORIGIN, of=None if balance else "growth", slice=part, period=period)


def _number(random: Random, claim: Claim) -> Claim | None:
    """Another number of the same size."""
    if claim.measure in ("record", "streak", "rank", "direction"):
        return None
    value = float(f"{claim.value * random.choice([0.43, 0.61, 1.67, 2.9]):.3g}")
    return None if value == claim.value else replace(claim, value=value)


def _slip(random: Random, claim: Claim) -> Claim | None:
    if claim.measure not in _AMOUNTS or abs(claim.value) < 1e5:
        return None
    return replace(claim, value=float(f"{claim.value * random.choice([10, 0.1, 1000, 1e4, 1e-3]):.12g}"))


def _sign(random: Random, claim: Claim) -> Claim | None:
    measures = ("growth", "change", "gap", "contribution", "share_change", "direction")
    signed = claim.measure in measures and claim.value
    return replace(claim, value=-claim.value) if signed else None


def _flow(random: Random, claim: Claim) -> Claim | None:
    other = {"exports": "imports", "imports": "exports"}.get(claim.slice.flow or "")
    return replace(claim, slice=replace(claim.slice, flow=other)) if other else None


def _partner(random: Random, claim: Claim) -> Claim | None:
    return _dimension(random, claim, "partner")


def _commodity(random: Random, claim: Claim) -> Claim | None:
    return _dimension(random, claim, "commodity")


def _dimension(random: Random, claim: Claim, dim: str) -> Claim | None:
    now = getattr(claim.slice, dim)
    if now is None or claim.against or claim.whole:
        return None
    other = code_of(random, dim)
    if other == now or "+" in other:
        return None
    return replace(claim, slice=replace(claim.slice, **{dim: other}))


def _month(random: Random, claim: Claim) -> Claim | None:
    if claim.period is None or claim.base or claim.measure in ("streak", "multiple"):
        return None
    back = random.choice([-12, -1, -3]) if claim.period.months < 12 else -12
    return replace(claim, period=claim.period.shift(back))


def _qualifier(random: Random, claim: Claim) -> Claim | None:
    return replace(claim, bound="exact") if claim.bound != "exact" and claim.value else None


ALTER: dict[str, Callable[[Random, Claim], Claim | None]] = {
    "value": _number,
    "value:magnitude": _slip,
    "value:sign": _sign,
    "flow": _flow,
    "partner": _partner,
    "commodity": _commodity,
    "period": _month,
    "bound": _qualifier,
}


def passage(groups: Sequence[Sequence[Claim]], language: str, published: str) -> Passage | None:
    """Groups of claims as a text that reads back, in flowing sentences where that can be done."""
    doc = f"{language}-version"
    for flowing in (True, False):
        try:
            made = (
                compose(groups, language, doc, published)
                if flowing
                else write([c for group in groups for c in group], language, doc, published)
            )
        except WordingError:
            continue
        if reads_back(made, published):
            return made
    return None


def planted(seed: int, languages: tuple[str, str] = ("zh", "en"), groups: int = 8) -> Planted | None:
    """A pair of versions from a seed; None where the prose cannot say its claims."""
    random = Random(seed)
    year = random.randint(2015, 2025)
    periods = [Period.of(year, 1, 3), Period.of(year, 1, 6), Period.of(year, 3, 3), Period.of(year)]
    main = random.choice(periods)
    told: list[list[Claim]] = []
    seen: set[object] = set()
    for _ in range(groups):
        period = main if random.random() < 0.7 else random.choice(periods)
        fresh = [canonical(c) for c in group_of(random, period)]
        if period.months <= 12 and random.random() < 0.3:
            fresh.append(_way(random, period))
        group = []
        for claim in fresh:
            if key(claim) not in seen:
                seen.add(key(claim))
                group.append(claim)
        told.append(group)
    published = f"{year + 1}-01-14"
    second, changes = _changed(random, told, seen)
    if random.random() < 0.3:
        random.shuffle(second)
    second = [_harmless(random, group, changes) for group in second]
    texts = passage(told, languages[0], published), passage(second, languages[1], published)
    if texts[0] is None or texts[1] is None:
        return None
    return Planted(texts[0], texts[1], published, tuple(changes))


def _harmless(random: Random, group: list[Claim], changes: list[Change]) -> list[Claim]:
    """Claims that are rounded or repeated, which makes no difference."""
    touched = {key(claim) for change in changes for claim in change[1:3]}
    out: list[Claim] = []
    for claim in group:
        draw, plain = random.random(), key(claim) not in touched
        if draw < 0.05 and plain and claim.measure in _AMOUNTS and claim.bound == "exact":
            out.append(canonical(replace(claim, value=float(f"{claim.value:.2g}"))))
        else:
            out += [claim] * (2 if draw > 0.98 and plain else 1)
    return out


def _changed(
    random: Random, told: list[list[Claim]], seen: set[object]
) -> tuple[list[list[Claim]], list[Change]]:
    second: list[list[Claim]] = []
    changes: list[Change] = []
    for group in told:
        out: list[Claim] = []
        for claim in group:
            if random.random() >= TOUCHED:
                out.append(claim)
                continue
            how = random.choice(["drop", "add", *ALTER, *ALTER])
            if how == "drop":
                changes.append(("missing", claim, None, None))
            elif how == "add":
                out.append(claim)
                new = next(
                    (
                        canonical(c)
                        for c in group_of(random, claim.period or Period.of(2020))
                        if key(canonical(c)) not in seen
                    ),
                    None,
                )
                if new:
                    seen.add(key(new))
                    out.append(new)
                    changes.append(("added", None, new, None))
            else:
                other = ALTER[how](random, claim)
                other = canonical(other) if other else None
                if other is None or key(other) in seen:
                    out.append(claim)
                    continue
                seen.add(key(other))
                out.append(other)
                changes.append(("different", claim, other, how))
        second.append(out)
    return second, changes
