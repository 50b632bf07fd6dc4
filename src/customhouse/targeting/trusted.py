"""Trusted traders: an accredited list with dates and scope, never inferred from a record.

A trader without inspections has no clean record, it has none; who is trusted stands on the list of
accredited holders (authorised economic operators: WCO, SAFE Framework of Standards, pillar 2) and nowhere
else, neither in a column of the declaration nor in what was found. A find suspends its trader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.columns import NO_DAY, Texts, days
from customhouse.targeting.listing import as_day, day_of, records, shown

if TYPE_CHECKING:
    from customhouse.targeting.fields import Fields
    from customhouse.targeting.history import Flags, Whole

SCOPES = ("hs_codes", "regimes", "offices")
_OPEN = 2**40


@dataclass(frozen=True, slots=True)
class Holder:
    """An accreditation: days since 1970, both included; a scope that is empty has no bounds."""

    trader_id: str
    first_day: int
    last_day: int | None = None
    hs_codes: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspension:
    """A holder whose accreditation rests on those days, both included; None: until it is lifted."""

    trader_id: str
    first_day: int
    last_day: int | None

    def __str__(self) -> str:
        until = "until it is lifted" if self.last_day is None else f"until {shown(self.last_day)}"
        return f"{self.trader_id}: suspended from {shown(self.first_day)} {until}"


@dataclass(frozen=True, slots=True, eq=False)
class Trusted:
    """The accredited list, and the suspensions that finds brought."""

    holders: tuple[Holder, ...]
    suspensions: tuple[Suspension, ...] = ()

    @classmethod
    def of(cls, rows: Any) -> Trusted:
        """The list from rows (mappings, or a DataFrame).

        Columns: trader_id, first_day and, where there is an end or a scope, last_day (included), hs_codes
        (prefixes), regimes, offices; several of a scope as a list, or with blanks between. A holder may have
        several rows. Raises TargetingError with the row.
        """
        names = ("trader_id", "first_day", "last_day", *SCOPES)
        return cls(tuple(_holder(row, place) for place, row in records(rows, "trusted", names)))

    def holds(
        self, trader: Any, day: Any, hs_code: Any = None, regime: Any = None, office: Any = None
    ) -> Flags:
        """Whether each trader is trusted on each day (days since 1970, or dates), within its scope.

        One day may stand for all. A missing trader is not trusted, nor is a declaration that lacks what the
        scope is bound to. Raises TargetingError.
        """
        listed, resting = self.state(trader, day, hs_code, regime, office)
        return listed & ~resting

    def of_fields(self, fields: Fields, day: Whole) -> tuple[Flags, Flags]:
        """`state` of a table of declarations. Raises TargetingError where it has no traders."""
        scope = (fields.texts(one) if one in fields else None for one in ("hs_code", "regime", "office"))
        return self.state(fields.texts("trader_id"), day, *scope)

    def state(
        self, trader: Any, day: Any, hs_code: Any = None, regime: Any = None, office: Any = None
    ) -> tuple[Flags, Flags]:
        """Who is on the list with its dates and scope; and of them, who is suspended."""
        import numpy as np

        who = _texts(trader)
        when = _days(day, len(who.places))
        scopes = [None if one is None else _texts(one) for one in (hs_code, regime, office)]
        if any(one is not None and len(one.places) != len(when) for one in scopes):
            raise TargetingError("trusted: columns of unlike length; give one value a declaration")
        listed, resting = np.zeros(len(when), bool), np.zeros(len(when), bool)
        rows = _rows_of(who)
        for one in self.holders:
            if (at := rows.get(one.trader_id)) is not None:
                inside = (when[at] >= one.first_day) & (when[at] <= _end(one.last_day))
                listed[at] |= inside & _within(one, scopes, at)
        for rest in self.suspensions:
            if (at := rows.get(rest.trader_id)) is not None:
                resting[at] |= (when[at] >= rest.first_day) & (when[at] <= _end(rest.last_day))
        return listed, listed & resting

    def suspended(self, finds: Any, days: int | None = 180) -> Trusted:
        """The list with the traders suspended that finds are of (rows with trader_id and finished).

        A suspension begins when the outcome is known: on the day after the inspection was finished, as
        everywhere in targeting (what is found on a day is not known to what is lodged on it). It lasts for
        so many days from then on, None: until it is lifted. Finds of traders that are not on the list
        change nothing. Raises TargetingError.
        """
        if days is not None and days < 1:
            raise TargetingError(f"a suspension of {days} days: give 1 at least, or None for no end")
        listed = {one.trader_id for one in self.holders}
        found = list(self.suspensions)
        for place, row in records(finds, "finds", ("trader_id", "finished")):
            if not row.get("finished"):
                raise TargetingError(f"{place}: no day on which it was finished; leave out what is not")
            first = day_of(row["finished"], f"{place}, finished") + 1
            if row.get("trader_id") in listed:
                found.append(Suspension(row["trader_id"], first, None if days is None else first + days - 1))
        kept = sorted(set(found), key=lambda one: (one.trader_id, one.first_day, _end(one.last_day)))
        return replace(self, suspensions=tuple(kept))

    def lifted(self, trader_id: str, day: Any) -> Trusted:
        """The list with the suspensions of a trader ended: from that day on it is trusted again."""
        last = day_of(day, "day") - 1
        kept = [
            one if one.trader_id != trader_id else replace(one, last_day=min(_end(one.last_day), last))
            for one in self.suspensions
        ]
        return replace(self, suspensions=tuple(one for one in kept if _end(one.last_day) >= one.first_day))

    def resting(self, day: Any) -> tuple[Suspension, ...]:
        """The suspensions that are in force on a day."""
        now = as_day(day)
        return tuple(one for one in self.suspensions if one.first_day <= now <= _end(one.last_day))


def _holder(row: dict[str, str], place: str) -> Holder:
    if not row.get("trader_id"):
        raise TargetingError(f"{place}: no trader_id; nobody is trusted without a name")
    if not row.get("first_day"):
        raise TargetingError(f"{place}: no first_day; an accreditation has the day that it begins on")
    first = day_of(row["first_day"], f"{place}, first_day")
    last = day_of(row["last_day"], f"{place}, last_day") if row.get("last_day") else None
    if last is not None and last < first:
        raise TargetingError(f"{place}: {row['trader_id']} ends before it begins; mend the days")
    scopes = [_listed(row.get(name, "")) for name in SCOPES]
    wrong = [one for one in scopes[0] if not one.isdecimal() or len(one) < 2]
    if wrong:
        raise TargetingError(f"{place}: {wrong[0]!r} begins no HS code; give two digits or more")
    return Holder(row["trader_id"], first, last, *scopes)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(sorted({one for part in text.replace(";", " ").replace(",", " ").split() if (one := part)}))


def _end(last: int | None) -> int:
    return _OPEN if last is None else last


def _texts(given: Any) -> Texts:
    return given if isinstance(given, Texts) else Texts.of(given)


def _days(day: Any, size: int) -> Whole:
    import numpy as np

    if isinstance(day, (int, str)) or not hasattr(day, "__len__"):
        return np.full(size, as_day(day))
    found = np.asarray(day)
    whole = found.astype(np.int64) if found.dtype.kind in "iu" else days(day, "day")
    if whole.shape != (size,) or (whole == NO_DAY).any():
        raise TargetingError(f"trusted: {size} traders need as many days, none of them missing")
    return whole


def _rows_of(who: Texts) -> dict[str, Whole]:
    """The rows of each trader."""
    import numpy as np

    order = np.argsort(who.places, kind="stable")
    edges = np.searchsorted(who.places[order], np.arange(len(who.values) + 1))
    return {str(name): order[edges[n] : edges[n + 1]] for n, name in enumerate(who.values)}


def _within(one: Holder, scopes: Sequence[Texts | None], at: Whole) -> Flags:
    """Of which rows a holder's scope holds."""
    import numpy as np

    inside = np.ones(len(at), bool)
    wanted = (one.hs_codes, one.regimes, one.offices)
    for number, (values, texts) in enumerate(zip(wanted, scopes, strict=True)):
        if not values:
            continue
        if texts is None:
            return np.zeros(len(at), bool)
        fits = [text.startswith(values) if number == 0 else text in values for text in texts.values.tolist()]
        inside &= np.array([*fits, False])[texts.places[at]]
    return inside
