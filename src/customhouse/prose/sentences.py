"""One claim as one sentence that says it in full, and the parts that such sentences are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from customhouse import vocabulary
from customhouse.describe import SIGNED
from customhouse.errors import WordingError
from customhouse.model import Claim, Dims
from customhouse.period import Period
from customhouse.prose.naming import Owner, everything, topic
from customhouse.prose.numerals import amount, figure, ordinal, whole_number
from customhouse.prose.when import dated, spanned
from customhouse.prose.wording import counted, fill, has, marked, opened

_YEAR = 12
_STEPS = (1, 3, 12)
"""Months of the periods that a streak counts: months, quarters, years."""


def sentence(claim: Claim, language: str) -> str:
    """The sentence of a claim, its figure marked. Raises WordingError."""
    what = qualified(claim, language, clause(claim, language))
    return opened(fill("sentence", language, when=dated(said_period(claim), language), what=what))


def qualified(claim: Claim, language: str, what: str) -> str:
    """A clause with the terms of its claim (`in US dollar terms`) and whether it is a forecast or target."""
    if claim.terms:
        what = fill(f"terms_{claim.terms}", language, what=what)
    told = not claim.status or (form(claim) or "").endswith(claim.status)
    return what if told else fill(f"status_{claim.status}", language, what=what)


def clause(claim: Claim, language: str, what: str | None = None, brief: bool = False) -> str:
    """The sentence of a claim without its period; `what` names its slice, in full unless given."""
    code = form(claim)
    if code is None:
        of = f" of {claim.of}" if claim.of else f" by factor {claim.factor!r}" if claim.factor else ""
        raise WordingError(f"{claim.measure}{of}: no sentence for this measure")
    what = about(claim, language) if what is None else what
    return fill(code, language, what=what, **places(claim, language, brief=brief))


def about(claim: Claim, language: str, owner: Owner = "country") -> str:
    """What a claim is about: its slice, a balance as the surplus or deficit that it is."""
    flow = "none" if claim.slice.flow is None and "count" in (claim.measure, claim.of) else None
    if claim.slice.flow == "balance" and claim.measure == "value":
        flow = "deficit" if claim.value < 0 else "surplus"
    if claim.slice.flow == "balance" and (claim.measure, claim.of) == ("direction", None):
        flow = "trade"
    return topic(claim.slice, language, flow, owner)


def form(claim: Claim, kind: str = "say") -> str | None:
    """The code of the form for a claim's measure, what it is of, and which way it goes; None without one."""
    of = _of(claim)
    ways = [""]
    if claim.factor and claim.measure != "contribution":
        return None
    if claim.measure in (*SIGNED, "direction"):
        ways = ["_down"] if claim.value < 0 else ["_up"]
        if not claim.value and claim.bound == "about":
            ways = ["_flat", "_up"]
    codes = (f"{kind}_{claim.measure}{of}{way}{end}" for way in ways for end in _ends(claim, kind))
    return next(filter(has, codes), None)


def _ends(claim: Claim, kind: str) -> list[str]:
    """How the code of a form may end, the most particular first."""
    if claim.factor:
        return ["_whole" if claim.whole else ""]
    ends = [f"_{claim.status}"] * bool(claim.status and kind == "say")
    return [*ends, *["_based"] * (claim.base is not None), ""]


def begins_with_topic(claim: Claim, language: str) -> bool:
    """Whether the sentence of a claim begins with what it is about, so that a pronoun can stand there."""
    code = form(claim)
    return code is not None and fill(code, language, what="\0").startswith("\0")


def _of(claim: Claim) -> str:
    """The part of a form's code that says what a measure is of."""
    if claim.measure == "share" and claim.of == "change":
        return "_of_increase"
    if claim.measure == "streak" and claim.of is None and claim.threshold is None:
        return "_open"
    of = f"_{claim.factor}" if claim.factor else f"_{claim.of}" if claim.of else ""
    return f"{of}_flowless" if claim.slice.flow is None and "count" in (claim.measure, claim.of) else of


def places(claim: Claim, language: str, again: bool = False, brief: bool = False,
           told: bool = False) -> dict[str, str]:
    """What fills the places of a claim's form.

    With `again` the country has been named just before; with `brief` a base a year earlier goes without
    saying, with `told` the total that a share is of.
    """
    found = _PLACES.get(claim.measure, _plain)(claim, language, again)
    if brief and claim.base is None:
        found["base"] = ""
    if told and claim.measure == "share" and claim.whole is None:
        found["whole"] = fill("whole_told", language)
    return found


def said_period(claim: Claim) -> Period | None:
    """The period; of a streak its last month, quarter or year, since the number tells where it begins."""
    if claim.measure == "streak" and claim.period:
        return Period(claim.period.last - _step(claim) + 1, claim.period.last)
    return claim.period


# --- what fills the places ------------------------------------------------------------------


def _plain(claim: Claim, language: str, again: bool) -> dict[str, str]:
    """The figure, and what it is measured against."""
    flat = form(claim) == "say_growth_flat"
    shown = marked(fill("flat", language)) if flat else figure(claim, language)
    return {"f": shown, "base": base(claim, language)}


def base(claim: Claim, language: str) -> str:
    """What a change is measured against."""
    if claim.base is None:
        return fill("base_yoy", language)
    if claim.base == claim.period:
        raise WordingError(f"{claim.measure} of {claim.period} against itself: its base is another period")
    return fill("base_to", language, x=spanned(claim.base, language))


def _share(claim: Claim, language: str, again: bool) -> dict[str, str]:
    return {"f": figure(claim, language), "whole": whole(claim, language, again)}


def whole(claim: Claim, language: str, again: bool = False) -> str:
    """What a share is of: what is named where the claim says what it drops, else the total."""
    if claim.whole and dict(claim.whole) == {"reporter": "WLD"}:
        return fill(f"world_{claim.slice.flow}", language)
    if claim.whole:
        return _other(claim, claim.whole, language, again)
    if len(claim.slice.narrowing()) > 1:
        return fill("whole_open", language)
    return everything(claim.slice, language, again)


def _other(claim: Claim, dims: Dims, language: str, again: bool) -> str:
    """The slice that a part is of or is compared with."""
    other = claim.slice.widen(dims)
    return topic(other, language) if other.narrowing() else everything(other, language, again)


def _contribution(claim: Claim, language: str, again: bool) -> dict[str, str]:
    """The figure; of a factor also the whole whose growth it moved, where that is not the slice itself."""
    named = claim.factor and claim.whole
    whole_ = _other(claim, claim.whole or (), language, again) if named else ""
    return {"f": figure(claim, language), "whole": whole_}


def _gap(claim: Claim, language: str, again: bool) -> dict[str, str]:
    if not claim.against:
        raise WordingError("a gap without `against`: say in which dimensions the thing compared with differs")
    return {"f": figure(claim, language), "against": _other(claim, claim.against, language, again)}


def _rank(claim: Claim, language: str, again: bool) -> dict[str, str]:
    return {"f": ordinal(claim, language)}


def _step(claim: Claim) -> int:
    """The months of one period of a streak, as its stretch and its number tell."""
    number = whole_number(claim)
    if number < 2:
        raise WordingError("a streak of one period: say it of two or more")
    months, rest = divmod(claim.period.months, number) if claim.period else (0, 0)
    if rest or months not in _STEPS:
        wrong = f"a streak of {number} over {claim.period}: not that many months, quarters or years"
        raise WordingError(f"{wrong}; its period is the whole stretch")
    return months


def _streak(claim: Claim, language: str, again: bool) -> dict[str, str]:
    run = marked(fill(f"streak_{_step(claim)}", language, n=counted(whole_number(claim), language)))
    if claim.of == "growth" or claim.of is None and claim.threshold is None:
        return {"f": run}
    if claim.threshold is None:
        raise WordingError(f"a streak of {claim.of} without a threshold: say which level it is about")
    unit = "t" if claim.of == "quantity" else "CNY"
    level = replace(claim, measure="value", value=claim.threshold, unit=unit, bound="exact", step=0.0)
    return {"f": run, "threshold": amount(level, language)}


def _record(claim: Claim, language: str, again: bool) -> dict[str, str]:
    return {"f": marked(fill("record", language))}


def _multiple(claim: Claim, language: str, again: bool) -> dict[str, str]:
    earlier = claim.base or (claim.period and claim.period.year_earlier())
    if earlier is None:
        raise WordingError("a multiple without a period or base: say what it is a multiple of")
    return {"f": figure(claim, language), "x": spanned(earlier, language)}


def _direction(claim: Claim, language: str, again: bool) -> dict[str, str]:
    """The word for a rise, a fall, a surplus or a deficit: it stands for the figure."""
    if claim.period and claim.period.months > _YEAR:
        raise WordingError(f"a direction over {claim.period}: it is said of a year at most")
    code = (form(claim) or "").removeprefix("say_").removesuffix("_based")
    earlier = spanned(claim.base, language) if claim.base else ""
    return {"f": marked(fill(code, language)), "base": base(claim, language), "x": earlier}


def _count(claim: Claim, language: str, again: bool) -> dict[str, str]:
    if claim.unit in vocabulary.words("goods_counts"):
        raise WordingError(f"a count of {claim.unit}: pieces of traded goods are a quantity; say it so")
    return _plain(claim, language, again)


_PLACES: dict[str, Callable[[Claim, str, bool], dict[str, str]]] = {
    "count": _count, "share": _share, "contribution": _contribution, "gap": _gap, "rank": _rank,
    "streak": _streak, "record": _record, "multiple": _multiple, "direction": _direction,
}
"""What fills the places of a measure's forms besides what the claim is about."""
