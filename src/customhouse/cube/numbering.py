"""Cells as columns of small numbers, month by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.cube.gathered import AMOUNTS, CODED, encoded, numbers
from customhouse.cube.picking import LEVELS, Numbered
from customhouse.statistics import What

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(slots=True)
class Rows:
    """Cells, or sums of them: the numbers of their codes, and where month and flow stand (`place`).

    `digits` is how many HS digits the numbers of goods are of. `known` tells which amounts are known,
    for the amounts of which some are not; `cells` counts what a row is the sum of (None: one each).
    """

    numbers: dict[str, Any]
    place: Any
    amounts: dict[What, Any]
    known: dict[What, Any]
    cells: Any = None
    digits: int = 8

    def __len__(self) -> int:
        return len(self.place)


class Reading:
    """Tables of cells, one after the other, put together."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str | None, int]] = {name: {} for name in CODED}
        self._parts: dict[str, list[Any]] = {name: [] for name in (*CODED, *AMOUNTS, "slot")}
        self._known: dict[str, list[Any]] = {what: [] for what in AMOUNTS}

    def take(self, table: pa.Table) -> None:
        """The cells of the next slot."""
        import numpy as np

        slot = len(self._parts["slot"])
        self._parts["slot"].append(np.full(len(table), slot, dtype=np.int32))
        for name in CODED:
            codes, places = encoded(table[name])
            seen = self._seen[name]
            moved = [seen.setdefault(code, len(seen)) for code in codes]
            self._parts[name].append(np.array(moved, dtype=np.uint16)[places])
        for what, name in AMOUNTS.items():
            amounts, known = numbers(table[name])
            self._parts[what].append(amounts)
            self._known[what].append(known)

    def done(self) -> tuple[Rows, dict[str, Numbered]]:
        """All cells, and the codes that their numbers stand for, in order."""
        import numpy as np

        columns = {name: _numbered(name, self._seen[name]) for name in CODED}
        found = {name: self._final(name, columns[name]) for name in CODED}
        flows, slots = len(columns["flow"].codes), len(self._parts["slot"])
        kind = np.int16 if flows * (slots + 1) < 2**15 else np.int32
        place = self._whole("slot", np.int32) * np.int32(flows) + found.pop("flow")
        place = place.astype(kind)
        known = {what: _filled(self._known[what], self._parts[what]) for what in AMOUNTS
                 if any(part is not None for part in self._known[what])}
        amounts = {what: self._whole(what, np.int64) for what in AMOUNTS}
        return Rows(found, place, amounts, known), columns

    def _final(self, name: str, column: Numbered) -> Any:
        """A column with the numbers that its codes have in order."""
        import numpy as np

        last = len(column) - 1
        moved = [last if code is None else column.number[code] for code in self._seen[name]]
        table = np.array(moved, dtype=np.min_scalar_type(len(column)))
        return table[self._whole(name, np.uint16)]

    def _whole(self, name: str, kind: Any) -> Any:
        import numpy as np

        return np.concatenate([*self._parts.pop(name), np.zeros(0, dtype=kind)])


def _numbered(name: str, seen: Iterable[str | None]) -> Numbered:
    codes = (code for code in seen if code is not None)
    return Numbered(codes, LEVELS if name == "hs8" else (0,))


def _filled(known: list[Any], parts: list[Any]) -> Any:
    """Which amounts are known, where a part without a table has them all."""
    import numpy as np

    return np.concatenate([
        np.ones(len(part), dtype=bool) if one is None else one for one, part in zip(known, parts, strict=True)
    ])
