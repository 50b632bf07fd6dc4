"""The log of edits: what was changed or set aside, by which rule, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from customhouse.period import Period

if TYPE_CHECKING:
    import pandas
    import pyarrow

Field = Literal["relative", "quantity"]
COLUMNS = (
    "item", "period", "base", "field", "rule", "reason", "stratum", "low", "high", "old", "new", "value",
)  # fmt: skip
"""Columns of the log as a table, one row an edit."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of an item in a period.

    `field` is `quantity`, or `relative`: that of the unit value on the one of `base`. `rule` names what
    edited it (`hidiroglou_berthelot`, `tukey`, `checks`, `imputing`), `reason` says what for, `stratum` is
    what it was judged by, `low` and `high` are the bounds there. `old` was before and `new` is after, NaN
    where there is none; `value` is the money that it is about.
    """

    item: str
    period: Period
    base: Period | None
    field: Field
    rule: str
    reason: str
    stratum: str = ""
    low: float = float("nan")
    high: float = float("nan")
    old: float = float("nan")
    new: float = float("nan")
    value: float = 0.0

    @property
    def key(self) -> tuple[str, Period, Period | None, str, str]:
        """What tells it from the other edits of a log."""
        return self.item, self.period, self.base, self.field, self.rule


class Edits(Sequence[Edit]):
    """Edits in the order that they were made; it cannot be changed."""

    __slots__ = ("_edits",)

    def __init__(self, edits: Sequence[Edit] = ()) -> None:
        self._edits = tuple(edits)

    @overload
    def __getitem__(self, index: int) -> Edit: ...
    @overload
    def __getitem__(self, index: slice) -> Edits: ...
    def __getitem__(self, index: int | slice) -> Edit | Edits:
        return Edits(self._edits[index]) if isinstance(index, slice) else self._edits[index]

    def __len__(self) -> int:
        return len(self._edits)

    def __iter__(self) -> Iterator[Edit]:
        return iter(self._edits)

    def __add__(self, other: Sequence[Edit]) -> Edits:
        return Edits((*self._edits, *other))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {reason}" for reason, count in self.counts().items())
        return f"<Edits: {counts or 'none'}>"

    def where(self, **wanted: Any) -> Edits:
        """Those with the given fields: `edits.where(reason="high", item="oil")`."""
        return Edits([
            edit for edit in self._edits
            if all(getattr(edit, name) == value for name, value in wanted.items())
        ])  # fmt: skip

    def counts(self) -> dict[str, int]:
        """How many edits each reason has."""
        found: dict[str, int] = {}
        for edit in self._edits:
            found[edit.reason] = found.get(edit.reason, 0) + 1
        return found

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary an edit with COLUMNS; periods as text, what there is none of as None."""
        return [{name: _plain(getattr(edit, name)) for name in COLUMNS} for edit in self._edits]

    def to_arrow(self) -> pyarrow.Table:
        """One row an edit, columns as in COLUMNS."""
        import pyarrow as pa

        numbers = ("low", "high", "old", "new", "value")
        schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in COLUMNS])
        return pa.Table.from_pylist(self.rows(), schema=schema)

    def to_pandas(self) -> pandas.DataFrame:
        """One row an edit, columns as in COLUMNS. Raises MissingExtra without pandas."""
        from customhouse.optional import to_pandas

        return to_pandas(self.to_arrow())


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return str(value)
    return None if isinstance(value, float) and value != value else value
