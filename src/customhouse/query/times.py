"""What the words for periods, bases and days add to a question."""

from __future__ import annotations

from customhouse.errors import QueryError
from customhouse.period import Period
from customhouse.query.model import TIMES
from customhouse.query.places import direction
from customhouse.query.said import Said
from customhouse.query.tokens import Token, is_range, peek


def when(said: Said, found: list[Token], at: int) -> int:
    """A period; with a range mark and another one, all from the first to the last."""
    period: Period = found[at].carries
    after = found[at + 1:at + 3]
    if len(after) == 2 and after[0].kind in ("range", "to") and after[1].kind == "when":
        other: Period = after[1].carries
        if other.last < period.first:
            raise QueryError(f"{found[at].text!r} to {after[1].text!r} runs backwards")
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
        raise QueryError(f"{found[at].text!r}: say since which month, quarter or year")
    said.periods.append(_until_latest(said, after.carries, after.text))
    return found.index(after) + 1


def from_period(said: Said, found: list[Token], at: int) -> int:
    """`from 2023` alone is since then."""
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
        raise QueryError(f"since {words!r}: the latest month is not known; name the last month too")
    if said.latest < period.first:
        raise QueryError(f"since {words!r}: the statistics end before, in {Period(said.latest, said.latest)}")
    return Period(period.first, said.latest)


def latest(said: Said, found: list[Token], at: int) -> int:
    """`the latest quarter`, `the last 12 months`: whole ones, up to the latest month."""
    token, step = found[at], TIMES[found[at].code]
    if said.latest is None:
        raise QueryError(f"{token.text!r}: the latest month is not known; name the period")
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
        raise QueryError(f"{found[at].text!r}: write the day as 2025-04-30")
    said.put("as_of", after.carries, after.text)
    return found.index(after) + 1


def day(said: Said, found: list[Token], at: int) -> int:
    """A day by itself is refused."""
    raise QueryError(f"{found[at].text!r} is a day; figures are of months (2025-03), "
                     f"and `as of {found[at].text}` asks for what was known then")


def base(said: Said, found: list[Token], at: int) -> int:
    """`year on year`, `month on month`: the latter is of single months."""
    code, text = found[at].code, found[at].text
    said.put("previous", code != "year", text)
    if code in TIMES and code != "year":
        said.put("step", code, text)
    return at + 1
