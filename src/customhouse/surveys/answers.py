"""Answers of firms, freed of what cannot be used: each row is used or set aside with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.surveys import tables, words
from customhouse.surveys.model import Aside
from customhouse.surveys.tables import Table

if TYPE_CHECKING:
    from customhouse.surveys.model import Floats, Ints

UP, SAME, DOWN = 1.0, 0.5, 0.0
_VALUES = {"up": UP, "same": SAME, "down": DOWN, "none": float("nan")}


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers as columns of one length: months, codes of questions, firms and strata, weights.

    `value` is 1 for up, 0.5 for unchanged, 0 for down, NaN where a firm did not answer. `named` says
    whether firms are known; if not, every row is a firm of its own.
    """

    month: Ints
    question: Ints
    questions: tuple[str, ...]
    value: Floats
    firm: Ints
    named: bool
    weight: Floats
    stratum: Ints
    strata: tuple[str, ...]
    aside: tuple[Aside, ...]


def cleaned(table: Table, own: Mapping[str, str], strata: Mapping[str, float] | None) -> Answers:
    """The answers of a table. `strata` are the strata that have a weight, where weights are given.

    The same answer of a firm to a question of a month counts once; where a firm contradicts itself,
    neither answer counts.
    """
    import numpy as np

    size = len(table.places)
    reasons: list[str | None] = [None] * size
    read = _Reading(reasons)
    months = read.parsed(table.column("month"), tables.month, "no_month")
    questions = read.parsed(table.column("question"), _question, "no_question")
    values = read.parsed(table.column("answer"), lambda cell: _value(cell, own), "unknown_answer", True)
    weights = read.parsed(table.column("weight"), _weight, "bad_weight") or [1.0] * size
    known = None if strata is None else {*strata}
    layers = read.parsed(table.column("stratum"), lambda cell: _stratum(cell, known), "unknown_stratum")
    firms = read.parsed(table.column("firm"), _firm, "no_firm")
    if firms is not None:
        _refuse_doubles(reasons, months, questions, firms, values)
    kept = [at for at in range(size) if reasons[at] is None or reasons[at] == "unknown_answer"]
    code, names = _coded([questions[at] for at in kept])
    layer, layer_names = _coded(["" if layers is None else layers[at] for at in kept])
    firm, _ = _coded(kept if firms is None else [firms[at] for at in kept])
    unread = {at for at in kept if reasons[at]}
    return Answers(
        np.array([months[at] for at in kept], dtype=np.int64), code, names,
        np.array([np.nan if at in unread else values[at] for at in kept], dtype=np.float64),
        firm, firms is not None, np.array([weights[at] for at in kept], dtype=np.float64), layer, layer_names,
        tuple(Aside(table.places[at], why) for at, why in enumerate(reasons) if why),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Columns read cell by cell; a row that fails gets its first reason."""

    reasons: list[str | None]

    def parsed(self, cells: list[Any] | None, read: Any, reason: str, blanks: bool = False) -> Any:
        """What `read` makes of each cell (each different one is read once), None for a missing column."""
        if cells is None:
            return None
        made: dict[Any, Any] = {}
        found = []
        for at, cell in enumerate(cells):
            key = cell if isinstance(cell, str) else (type(cell), str(cell))
            if key not in made:
                made[key] = None if tables.blank(cell) and not blanks else read(cell)
            if made[key] is None and self.reasons[at] is None:
                self.reasons[at] = reason
            found.append(made[key])
        return found


def _question(cell: Any) -> str:
    return words.question(str(cell))


def _value(cell: Any, own: Mapping[str, str]) -> float | None:
    code = tables.answer(cell, own)
    return None if code is None else _VALUES[code]


def _weight(cell: Any) -> float | None:
    found = tables.number(cell)
    return found if found is not None and found > 0 else None


def _stratum(cell: Any, known: set[str] | None) -> str | None:
    code = stratum(str(cell))
    return code if known is None or code in known else None


def stratum(text: str) -> str:
    """The code of a stratum; one that is in no list is its words joined by `_`."""
    return words.code("stratum", text) or words.fold(text).replace(" ", "_")


def _firm(cell: Any) -> str:
    return str(cell).strip()


def _refuse_doubles(
    reasons: list[str | None], months: Sequence[Any], questions: Sequence[Any], firms: Sequence[Any],
    values: Sequence[Any],
) -> None:
    """Set aside what repeats an answer, and all answers that contradict one another."""
    for there in _repeated([at for at, reason in enumerate(reasons) if reason is None],
                           (months, questions, firms)):
        said = {values[at] for at in there if values[at] == values[at]}
        first = next((at for at in there if values[at] == values[at]), there[0])
        for at in there:
            if len(said) > 1:
                reasons[at] = "contradiction"
            elif at != first:
                reasons[at] = "duplicate"


def _repeated(rows: Sequence[int], columns: Sequence[Sequence[Any]]) -> Iterator[list[int]]:
    """The rows that agree in all columns, where there are several."""
    import numpy as np

    key = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        codes, names = _coded([column[at] for at in rows])
        key = key * (len(names) + 1) + codes
    _, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in np.flatnonzero(counts[place] > 1):
        groups[int(place[number])].append(rows[int(number)])
    yield from groups.values()


def _coded(names: Sequence[Any]) -> tuple[Ints, tuple[Any, ...]]:
    """Names as numbers, and the names in the order in which they came."""
    import numpy as np

    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], dtype=np.int64), tuple(order)
