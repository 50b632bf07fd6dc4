"""Selections as tables of the decision log, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting.columns import NO_DAY
from customhouse.targeting.fields import Fields
from customhouse.targeting.listing import day_of
from customhouse.targeting.selection import BASES, LANES, Chooser, Selection, Spent, Stratum

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.budgets import Policy

_FLAGS = ("drawn", "targeted", "trusted", "suspended", "new")


def table_of(selection: Selection, reasons: Any = None) -> pa.Table:
    """A row a declaration. Raises TargetingError for reasons that are not of its rows."""
    import numpy as np
    import pyarrow as pa

    names = np.array([*(rule.name for rule in selection.rules), ""])
    shares = np.array([*(rule.share for rule in selection.rules), np.nan])
    unsure = pa.array(selection.unsure, mask=np.isnan(selection.unsure))
    told = _reasons(reasons, len(selection))
    return pa.table({
        "declaration_id": _coded(selection.declaration_id), "line": _coded(selection.line),
        "day": pa.array(selection.day.astype("datetime64[D]")), "office": _coded(selection.office),
        "lane": _coded(np.array(LANES)[selection.lane]), "basis": _coded(np.array(BASES)[selection.basis]),
        "rule": pa.array(names[selection.rule], mask=selection.rule < 0),
        "rule_share": pa.array(shares[selection.rule], mask=selection.rule < 0),
        "matched": _matched(selection),
        "score": selection.score, "unsure": unsure, "probability": selection.probability,
        **{name: getattr(selection, name) for name in _FLAGS},
        "otherwise": _coded(np.array(LANES)[selection.otherwise]),
        "stratum": selection.stratum.astype(np.int32),
        **{f"reasons_{one}": pa.array(told[one], pa.list_(pa.string())) for one in LANGUAGES},
    })  # fmt: skip


def selection_of(
    table: pa.Table, rules: Sequence[Chooser], strata: Sequence[Stratum], policy: Policy, seed: int,
    before: Sequence[Spent] = (),
) -> Selection:  # fmt: skip
    """The selection that a table is of."""
    import numpy as np

    def texts(name: str) -> Any:
        return np.array(table[name].to_pylist(), dtype=np.str_)

    def numbers(name: str) -> Any:
        return table[name].to_numpy().astype(np.float64)

    places = {rule.name: place for place, rule in enumerate(rules)}
    flags = {name: np.asarray(table[name].to_numpy(), dtype=bool) for name in _FLAGS}
    lanes = {name: place for place, name in enumerate(LANES)}
    bases = {name: place for place, name in enumerate(BASES)}
    return Selection(
        declaration_id=texts("declaration_id"), line=texts("line"),
        day=table["day"].to_numpy().astype("datetime64[D]").astype(np.int64), office=texts("office"),
        lane=_places(table["lane"], lanes), basis=_places(table["basis"], bases),
        rule=_places(table["rule"], places), score=numbers("score"), unsure=numbers("unsure"),
        probability=numbers("probability"), stratum=table["stratum"].to_numpy().astype(np.int64),
        otherwise=_places(table["otherwise"], lanes), holds=_holds(table["matched"], len(rules)),
        strata=tuple(strata), rules=tuple(rules), policy=policy, seed=seed,
        before=tuple(before), **flags,
    )  # fmt: skip


def outcomes_of(table: pa.Table, found: Fields, day: Any) -> tuple[Any, Any]:
    """Fraud and revenue of each row of a log's table, NaN where unknown; see `log.Log.outcomes`."""
    import numpy as np

    theirs = _keys(
        found.texts("declaration_id").rows(), found.texts("line").rows() if "line" in found else None
    )
    place = {key: row for row, key in enumerate(theirs)}
    if len(place) < len(theirs):
        twice = next(key for row, key in enumerate(theirs) if place[key] != row)
        raise TargetingError(f"outcomes: {twice[0]} (line {twice[1]}) stands twice; give one outcome each")
    fraud = found.numbers("fraud").copy()
    revenue = found.numbers("revenue_cny") if "revenue_cny" in found else np.zeros(len(found))
    if day is not None:
        finished = found.days("finished")
        fraud[(finished == NO_DAY) | (finished >= day_of(day, "day"))] = np.nan
    mine = zip(table["declaration_id"].to_pylist(), table["line"].to_pylist(), strict=True)
    rows = np.array([place.get(key, -1) for key in mine], dtype=np.int64)
    money = np.where(np.isnan(fraud), np.nan, revenue)
    return np.append(fraud, np.nan)[rows], np.append(money, np.nan)[rows]


def keyed(table: pa.Table) -> Any:
    """The declaration and the line of each row of a table as one text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    line = pc.coalesce(table["line"].cast(pa.string()), "")
    return pc.binary_join_element_wise(table["declaration_id"].cast(pa.string()), line, "\0")


def _keys(ids: Any, lines: Any) -> list[tuple[str, str]]:
    numbers = ["1"] * len(ids) if lines is None else lines.tolist()
    return list(zip(ids.tolist(), numbers, strict=True))


def check_table(selection: Selection, frame: Any) -> None:
    """Raises TargetingError for a table that the selection is not of."""
    there = Fields(frame).texts("declaration_id").rows()
    if there.shape != selection.declaration_id.shape or (there != selection.declaration_id).any():
        raise TargetingError("the selection is not of this table; give the one that it was made from")


def _coded(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(values).dictionary_encode()


def _matched(selection: Selection) -> Any:
    """The places of the rules that hold of each row."""
    import numpy as np
    import pyarrow as pa

    size = len(selection)
    if not selection.holds:
        return pa.ListArray.from_arrays(np.zeros(size + 1, np.int32), pa.array([], pa.int32()))
    rows, rules = np.nonzero(np.stack(selection.holds, axis=1))
    edges = np.searchsorted(rows, np.arange(size + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(edges, pa.array(rules.astype(np.int32)))


def _holds(column: Any, rules: int) -> tuple[Any, ...]:
    import numpy as np

    made = column.combine_chunks()
    found = np.zeros((rules, len(made)), bool)
    counts = np.asarray(made.value_lengths(), dtype=np.int64)
    found[np.asarray(made.flatten(), dtype=np.int64), np.repeat(np.arange(len(made)), counts)] = True
    return tuple(found)


def _places(column: Any, places: Mapping[str, int]) -> Any:
    """The number of each text; -1 for none."""
    import numpy as np
    import pyarrow as pa

    coded = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    numbers = np.array([*(places[one] for one in coded.dictionary.to_pylist()), -1], dtype=np.int64)
    return numbers[np.asarray(coded.indices.fill_null(-1), dtype=np.int64)]


def _reasons(reasons: Any, size: int) -> dict[str, list[list[str] | None]]:
    """The sentences of each row by language: of a sequence with an item a row, or a mapping by row."""
    found: dict[str, list[list[str] | None]] = {one: [None] * size for one in LANGUAGES}
    if reasons is None:
        return found
    if not isinstance(reasons, Mapping) and len(reasons) != size:
        raise TargetingError(f"reasons: {len(reasons)} for {size} declarations; give one each, or a mapping")
    items = reasons.items() if isinstance(reasons, Mapping) else enumerate(reasons)
    for row, said in items:
        if said is None:
            continue
        if not isinstance(said, Mapping) or set(said) != set(LANGUAGES) or not 0 <= row < size:
            raise TargetingError(f"reasons, row {row}: give sentences by language, in en and zh, or None")
        for one in LANGUAGES:
            found[one][row] = [str(getattr(part, "text", part)) for part in said[one]]
    return found
