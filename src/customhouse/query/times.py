"""What the words for periods, bases and days add to a question."""

from __future__ import annotations

from customhouse.period import Period
from customhouse.query.model import TIMES
from customhouse.query.places import direction
from customhouse.query.reasons import refused
from customhouse.query.said import Said
from customhouse.query.tokens import Token, is_range, peek

_COMPARING = ("growth", "change", "multiple", "share_change")


def when(said: Said, found: list[Token], at: int) -> int:
    """A period; with a range mark and another one, all from the first to the last."""
    period: Period = found[at].carries
    after = found[at + 1:at + 3]
    if len(after) == 2 and after[0].kind in ("range", "to") and after[1].kind == "when":
        other: Period = after[1].carries
        if other.last < period.first:
            raise refused("backwards", first=found[at].text, last=after[1].text)
        period = Period(period.first, other.last)
        at += 2
    if at + 1 < len(found) and found[at + 1].kind == "since_after":
        period, at = _until_latest(said, period, found[at].text), at + 1
    said.periods.append(period)
    return at + 1


def since(said: Said, found: list[Token], at: int) -> int:
    """`since 2023`: up to the latest month."""
    after = peek(found, at + 1, "filler")
    if after is None or after.kind != "when":
        raise refused("since_when", word=found[at].text)
    said.periods.append(_until_latest(said, after.carries, after.text))
    return found.index(after) + 1


def base_on(said: Said, found: list[Token], at: int) -> int:
    """`growth of exports 2024 on 2022`: after a comparison of a period with the one that follows."""
    after = peek(found, at + 1, "filler")
    if after is not None and after.kind == "when" and _compares(found) and _others(found, after):
        said.put("base", after.carries, after.text)
        return found.index(after) + 1
    return at + 1


def _compares(found: list[Token]) -> bool:
    return any(t.kind == "measure" and t.code in _COMPARING for t in found)


def _others(found: list[Token], base: Token) -> list[Token]:
    """The periods beside one that may be a base."""
    return [t for t in found if t.kind in ("when", "latest") and t is not base]


def from_base(said: Said, found: list[Token], at: int) -> int | None:
    """`change from 2024 Q3 to 2024 Q4`, `growth 2024 from 2022`: the earlier one is the base."""
    after = found[at + 1:at + 4]
    if not after or after[0].kind != "when" or not _compares(found) or is_range(after[0].text):
        return None
    base: Period = after[0].carries
    axes = any(t.kind in ("every", "ytd") or t.kind == "dimension" and t.code in TIMES for t in found)
    to = len(after) == 3 and after[1].kind in ("range", "to") and after[2].kind == "when"
    others = [after[2]] if to else _others(found, after[0])
    alike = len(others) == 1 and others[0].kind == "when" and others[0].carries.months == base.months
    if axes or not alike or others[0].carries.first <= base.first:
        return None
    said.put("base", base, after[0].text)
    if to:
        said.periods.append(others[0].carries)
    return at + (4 if to else 2)


def from_period(said: Said, found: list[Token], at: int) -> int:
    """`from 2023` alone is since then."""
    if (past := from_base(said, found, at)) is not None:
        return past
    after = found[at + 1:at + 3]
    alone = len(after) < 2 or after[1].kind not in ("range", "to")
    if after and after[0].kind == "when" and alone and not is_range(after[0].text):
        if found[at + 2:at + 3] and found[at + 2].kind == "since_after":
            return at + 1
        said.periods.append(_until_latest(said, after[0].carries, after[0].text))
        return at + 2
    return direction(said, found, at)


def _until_latest(said: Said, period: Period, words: str) -> Period:
    if said.latest is None:
        raise refused("since_unknown", word=words)
    if said.latest < period.first:
        raise refused("since_after_end", word=words, last=Period(said.latest, said.latest))
    return Period(period.first, said.latest)


def latest(said: Said, found: list[Token], at: int) -> int:
    """`the latest quarter`, `the last 12 months`: whole ones, up to the latest month."""
    token, step = found[at], TIMES[found[at].code]
    if said.latest is None:
        raise refused("latest_unknown", word=token.text)
    end = (said.latest + 1) // step * step - 1
    said.periods.append(Period(end - step * (token.carries or 1) + 1, end))
    return at + 1


def to_date(said: Said, found: list[Token], at: int) -> int:
    """`year to date`."""
    said.to_date = True
    return at + 1


def as_of(said: Said, found: list[Token], at: int) -> int:
    """`as of 2025-04-30`: as the statistics stood on that day."""
    after = peek(found, at + 1, "filler", "to")
    if after is None or after.kind != "day":
        raise refused("day_after", word=found[at].text)
    said.put("as_of", after.carries, after.text)
    return found.index(after) + 1


def day(said: Said, found: list[Token], at: int) -> int:
    """A day by itself is refused."""
    raise refused("is_a_day", word=found[at].text)


def base(said: Said, found: list[Token], at: int) -> int:
    """`year on year`, `month on month`: the latter is of single months."""
    code, text = found[at].code, found[at].text
    said.put("previous", code != "year", text)
    if code in TIMES and code != "year":
        said.put("step", code, text)
    return at + 1
