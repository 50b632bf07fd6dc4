"""Rules and accredited traders that none of some declarations has to do with: no error, but worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from customhouse.targeting.fields import Fields
from customhouse.targeting.intake.notes import Note
from customhouse.targeting.rules import Among, Condition, Every

if TYPE_CHECKING:
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.selection import Selection
    from customhouse.targeting.trusted import Trusted

_TRADER = "trader_id"


def rules(book: Rulebook, selection: Selection, frame: Any) -> Iterator[Note]:
    """The rules that hold of no declaration; of the first, the value that no declaration has."""
    idle = [rule for rule, holds in zip(book.rules, selection.holds, strict=True) if not holds.any()]
    if not idle:
        return
    said = {"text": idle[0].name, "of": f"{len(book):,}"}
    fields = Fields(frame)
    for one in _listed(idle[0].when):
        if not one.truth(fields)[0].any():
            value = {"column": one.column, "value": ", ".join(sorted(one.values)[:3])}
            yield Note("rules_idle_value", len(idle), said | value)
            return
    yield Note("rules_idle", len(idle), said)


def trusted(listed: Trusted, frame: Any) -> Iterator[Note]:
    """The accredited traders that have no declaration."""
    fields = Fields(frame)
    there = set(fields.texts(_TRADER).values.tolist()) if _TRADER in fields else set()
    traders = list(dict.fromkeys(one.trader_id for one in listed.holders))
    idle = [one for one in traders if one not in there]
    if idle:
        yield Note("trusted_idle", len(idle), {"text": idle[0], "of": f"{len(traders):,}"})


def _listed(when: Condition) -> Iterator[Among]:
    """The lists of which a declaration has to be in every one."""
    if isinstance(when, Among):
        yield when
    elif isinstance(when, Every):
        for part in when.parts:
            yield from _listed(part)
