"""Statements in the words of a customs release; how clauses combine in either language is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from customhouse.model import Derivation
from customhouse.period import Period
from customhouse.prose.naming import named
from customhouse.prose.wording import opened
from customhouse.release.facts import Fact, Item, Statement
from customhouse.release.sentences_factors import adjusted, days, factors
from customhouse.release.wording import amount, count, dated, fill, has, joined, owner

_YEAR = 12
_DIMENSIONS = ("partner", "commodity", "enterprise", "region", "regime")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a statement is said: the language, whether it opens with its period, and whether with the year.

    `shared` says that the sentences before it in its paragraph told what shares are of.
    """

    language: str
    opens: bool
    year: bool
    shared: bool = False


def say(statement: Statement, how: Setting) -> str:
    """A statement as one sentence or a few, with their full stops."""
    text = _KINDS[statement.kind](statement, how)
    period = statement.items[0].first.ask.period
    if how.opens and period and statement.kind not in SELF_DATED:
        text = fill("opening", how.language, **{"in": dated(period, how.language, how.year), "text": text})
    return fill("end", how.language, text=opened(text))


def _narrowed(fact: Fact) -> tuple[str, str] | None:
    """The dimension that makes a slice a part, and its code."""
    found = ((d, getattr(fact.ask.slice, d)) for d in _DIMENSIONS)
    return next(((d, code) for d, code in found if code is not None), None)


def name(fact: Fact, language: str) -> str:
    """What a part is called in a sentence."""
    part = _narrowed(fact)
    return named(part[1], part[0], language) if part else ""


def _flow(fact: Fact) -> str:
    flow = fact.ask.slice.flow or "trade"
    if flow != "balance":
        return flow
    return "deficit" if fact.value < 0 else "surplus"


def _level(item: Item, language: str, again: bool = False) -> str:
    """`exports to ASEAN were 1.05 trillion yuan`; `again` after another of its kind."""
    fact = item.get("level") or item.first
    part = _narrowed(fact)
    code = _flow(fact) + (f"_{part[0]}" if part else "")
    code = f"again_{code}" if again and has(f"again_{code}") else f"level_{code}"
    if part and has(f"{code}_{part[1]}"):
        code = f"{code}_{part[1]}"
    return fill(code, language, n=amount(fact.printed, language), x=name(fact, language))


def _way(fact: Fact) -> str:
    if fact.printed.bound == "about" and not fact.value:
        return "flat"
    return "up" if fact.value > 0 else "down"


def _growth(item: Item, language: str, prefix: str = "") -> str:
    fact = item.get("growth")
    if fact is None:
        return ""
    kind = "balance" if fact.ask.slice.flow == "balance" else fact.ask.of or "value"
    code = f"{prefix}{_way(fact)}_{kind}"
    code = code if has(code) else f"{prefix}{_way(fact)}"
    return fill(code, language, g=amount(fact.printed, language))


def _rest(item: Item, language: str, again: bool = False, prefix: str = "") -> str:
    """Growth, share and change of share, as far as there are any."""
    text = _growth(item, language, prefix)
    share, change = item.get("share"), item.get("share_change")
    gap = item.get("gap")
    if gap:
        text += fill(f"gap_{_way(gap)}", language, c=amount(gap.printed, language))
    if share:
        code = "share_again" if again else f"share_{share.ask.slice.flow}"
        text += fill(code, language, s=amount(share.printed, language))
    if change:
        text += fill(f"share_{_way(change)}", language, c=amount(change.printed, language))
    return text


def _overview(statement: Statement, how: Setting) -> str:
    item = statement.items[0]
    fact = item.first
    period = fact.ask.period
    return fill(
        f"overview_{fact.ask.slice.flow}", how.language,
        **{"owner": owner(fact.ask.slice.reporter, how.language), "n": amount(fact.printed, how.language),
           "in": dated(period, how.language) if period else "",
           "rest": _rest(item, how.language, prefix="yoy_")},
    )


def _part(statement: Statement, how: Setting) -> str:
    """Parts, each with its rates; the whole of shares is named once."""
    texts = []
    for index, item in enumerate(statement.items):
        again = index > 0
        shared = how.shared or any(before.get("share") for before in statement.items[:index])
        texts.append(_level(item, how.language, again) + _rest(item, how.language, shared))
    text = joined(texts, how.language)
    return fill("of_these", how.language, text=text) if statement.kind == "goods" else text


def _latest(statement: Statement, how: Setting) -> str:
    item = statement.items[0]
    change = item.get("change")
    text = _level(item, how.language) + _rest(item, how.language)
    if change is None or change.ask.base is None:
        return text
    before = _within(change.ask.base, how.language)
    return text + fill("faster" if change.value > 0 else "slower", how.language,
                       **{"c": amount(change.printed, how.language), "in": before, "p": before})


def _within(period: Period, language: str) -> str:
    return dated(period, language, False)


def _flows(statement: Statement, how: Setting) -> str:
    """Exports and imports, then the balance."""
    texts = [_level(item, how.language) + _growth(item, how.language) for item in statement.items]
    if len(texts) < 2:
        return texts[0]
    balance = len(texts) > 2
    third = opened(texts[2]) if balance else ""
    text = fill("flows_balance" if balance else "flows", how.language, a=texts[0], b=texts[1], c=third)
    return text if how.opens else fill("of_which", how.language, text=text)


def _record(statement: Statement, how: Setting) -> str:
    """Records for the same period; a year is compared with all years anyway."""
    first, *others = statement.facts()
    kind = "record_year" if first.ask.period and first.ask.period.months == _YEAR else "record"
    codes = [f"{kind}_{_flow(first)}", *(f"{kind}_also_{_flow(fact)}" for fact in others)]
    return joined([fill(code, how.language) for code in codes], how.language, "beside")


def _streak(statement: Statement, how: Setting) -> str:
    fact = statement.items[0].first
    number, every = int(fact.value), fact.ask.period.months if fact.ask.period else 1
    said = fill(f"number_{number}", how.language) if has(f"number_{number}") else str(number)
    run = fill(f"periods_{every}", how.language, n=said)
    if statement.kind == "streak":
        return fill(f"streak_{_flow(fact)}", how.language, n=run)
    return fill(f"above_{_flow(fact)}", how.language, n=run, t=_threshold(fact, how.language))


def _threshold(fact: Fact, language: str) -> str:
    """The round number that a streak is about, as money."""
    size, origin = fact.printed.threshold or 0.0, fact.computed.origin
    money = origin.claims[0].unit if isinstance(origin, Derivation) and origin.claims else ""
    return amount(replace(fact.printed, value=size, unit=money, step=size), language)


def _course(statement: Statement, how: Setting) -> str:
    texts = []
    first, year = statement.items[0].first, None
    years = {fact.ask.period.year for fact in statement.facts() if fact.ask.period}
    for fact in statement.facts():
        period = fact.ask.period or Period(0, 0)
        named_year = (how.year or len(years) > 1) and period.year != year
        before, year = dated(period, how.language, named_year), period.year
        texts.append(fill(f"course_{_way(fact)}", how.language,
                          **{"g": amount(fact.printed, how.language), "in": before, "p": before}))
    steps = "months" if first.ask.period and first.ask.period.months == 1 else "quarters"
    what = fill(f"what_{_flow(first)}", how.language)
    return fill(f"course_{steps}", how.language, what=what, text=_listed(texts, how.language))


def _listed(texts: list[str], language: str) -> str:
    return joined(texts, language, "listed")


def _turn(statement: Statement, how: Setting) -> str:
    before, now = (item.first for item in statement.items)
    when = [_within(fact.ask.period, how.language) for fact in (before, now) if fact.ask.period]
    rates = {"a": amount(before.printed, how.language), "b": amount(now.printed, how.language)}
    dates = {"in": when[0], "p": when[0], "then": when[1], "q": when[1]}
    return fill(statement.kind, how.language, what=fill(f"what_{_flow(now)}", how.language), **rates, **dates)


def _ranked(statement: Statement, how: Setting) -> str:
    item = statement.items[0]
    rank, level = item.first, item.get("level") or item.first
    return fill(
        "ranked", how.language, x=name(rank, how.language),
        owner=owner(rank.ask.slice.reporter, how.language), r=fill(f"rank_{int(rank.value)}", how.language),
        n=amount(level.printed, how.language), rest=_rest(item, how.language, how.shared),
    )


def _growths(statement: Statement, how: Setting) -> str:
    """Rates of several partners: those that grew, then those that fell."""
    texts = []
    for way in ("up", "down"):
        facts = [fact for fact in statement.facts() if _way(fact) == way]
        if facts:
            names = joined([name(fact, how.language) for fact in facts], how.language, "names")
            rates = joined([amount(fact.printed, how.language) for fact in facts], how.language, "names")
            each = "each" if len(facts) > 1 else "one"
            texts.append(fill(f"growth_{_flow(facts[0])}_{way}_{each}", how.language, x=names, g=rates))
    return joined(texts, how.language, "while")


def _contributions(statement: Statement, how: Setting) -> str:
    texts = [fill(f"{'adds' if fact.value > 0 else 'takes'}_{_flow(fact)}", how.language,
                  x=name(fact, how.language), c=amount(fact.printed, how.language))
             for fact in statement.facts()]
    return joined(texts, how.language)


def _bulk(statement: Statement, how: Setting) -> str:
    texts = []
    for item in statement.items:
        price = item.get("price")
        text = _level(item, how.language) + _growth(item, how.language)
        if price:
            text += fill(f"price_{_way(price)}", how.language, g=amount(price.printed, how.language))
        texts.append(text)
    return joined(texts, how.language)


def _traders(statement: Statement, how: Setting) -> str:
    first, *others = statement.items
    change = first.get("change")
    rest = ""
    if change:
        rest = fill(f"traders_{_way(change)}", how.language, c=count(change.printed, how.language))
    text = fill("traders", how.language, n=count(first.first.printed, how.language), rest=rest)
    for item in others:
        share = item.get("share")
        rest = fill("traders_share", how.language, s=amount(share.printed, how.language)) if share else ""
        more = fill("traders_private", how.language, n=count(item.first.printed, how.language), rest=rest)
        text = fill("end", how.language, text=text) + (" " if how.language == "en" else "") + opened(more)
    return text


SELF_DATED = ("overview", "course", "turn_up", "turn_down")
_KINDS: dict[str, Callable[[Statement, Setting], str]] = {
    "overview": _overview, "flows": _flows, "record": _record, "streak": _streak, "above": _streak,
    "course": _course, "latest": _latest, "to_date": _latest, "turn_up": _turn, "turn_down": _turn,
    "ranked": _ranked, "part": _part, "parts": _part, "places": _part, "goods": _part,
    "growths": _growths, "contributions": _contributions, "bulk": _bulk, "traders": _traders,
    "factors": lambda said, how: factors(said, how.language),
    "days": lambda said, how: days(said, how.language),
    "adjusted": lambda said, how: adjusted(said, how.language),
}
