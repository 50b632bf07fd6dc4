"""Partners that stand as codes in one column and as names in another: names tell the list of the codes."""

from __future__ import annotations

from collections.abc import Iterable

from customhouse.period import month
from customhouse.records import coding
from customhouse.records.mapping.beside import differ
from customhouse.records.propose.look import Column
from customhouse.vocabulary import codes

_WHEN = month(2020, 1)
_KNOWN = 0.5
"""The share of different texts of a column that are names of partners."""
_AGREE = 0.5
"""The share of codes that agree with the names beside them, where both are known."""
_MARGIN = 0.05
"""Another list has to agree with the names by so much more."""
_FEWEST = 3


def names(column: Column, others: Iterable[Column]) -> Column | None:
    """The column that names what another has as codes: the one of which most texts are names."""
    plain = [one for one in others if not is_foreign(one)]
    known = [(coding.share("partner", coding.NAMES, one.distinct, _WHEN), one) for one in plain]
    best = max(known, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _KNOWN and best[1] is not column else None


def is_foreign(column: Column) -> bool:
    """Whether most names of countries in a column are in other languages: codes beside them are surer."""
    return sum(map(coding.is_foreign, column.distinct)) * 2 > len(column.distinct)


def system(column: Column, beside: Column, first: str) -> str | None:
    """The list of codes that agrees with the names beside them: the `first` unless another does by more.

    None where no list does.
    """
    pairs = {
        (" ".join(code.split()), " ".join(name.split()))
        for code, name in zip(column.cells, beside.cells, strict=True)
        if code.strip() and name.strip()
    }
    found = {one: _agreement(one, pairs) for one in (first, *codes.SYSTEMS)}
    best = max(found, key=lambda one: (found[one], one == first))
    best = best if found[best] > found[first] + _MARGIN else first
    return best if found[best] >= _AGREE else None


def _agreement(system: str, pairs: Iterable[tuple[str, str]]) -> float:
    """The share of pairs that agree, of all whose name is known."""
    agreed = known = 0
    for code, name in pairs:
        if coding.by_name("partner", name) is None:
            continue
        read = coding.resolve("partner", (system,), code, _WHEN).code
        known += 1
        agreed += read is not None and not differ(read, name)
    return agreed / known if known >= _FEWEST else 0.0
