"""Whether a plain look-up tells the outcomes of the declarations judged: looked at before anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting.coding import COLUMNS
from customhouse.targeting.columns import Texts, numbers
from customhouse.targeting.judging.model import Absent
from customhouse.targeting.leakage import Leakage, leakage

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Floats, Whole

AMOUNTS = ("value_cny", "net_mass_kg", "duty_rate", "duty_cny")
MOST = 100_000
"""The latest declarations that are looked at."""
Part = tuple[Any, "Whole", "Flags", "Floats"]
"""A table, the day of each row, whose outcome is known, and the outcomes."""


def leaking(parts: Sequence[Part], keys: Iterable[str] = ()) -> tuple[Leakage | None, Absent | None]:
    """The worst leak of declarations with known outcomes, or why none could be looked for."""
    import numpy as np

    names = [one for one in dict.fromkeys((*COLUMNS.values(), *AMOUNTS, *keys))
             if all(one in table.columns for table, *_ in parts)]  # fmt: skip
    order = np.concatenate([days[known] for _, days, known, _ in parts])
    fraud = np.concatenate([outcome[known] for *_, known, outcome in parts]) > 0
    latest = np.sort(np.argsort(order, kind="stable")[-MOST:])
    columns = {name: _codes(name, parts)[latest] for name in names}
    try:
        return leakage(columns, order[latest], fraud[latest]), None
    except TargetingError as error:
        return None, Absent("leakage", str(error))


def _codes(name: str, parts: Sequence[Part]) -> Whole:
    """A number for each value of a column, over all tables."""
    import numpy as np

    rows: list[Any]
    if name in AMOUNTS:
        rows = [numbers(table[name], name)[known] for table, _, known, _ in parts]
    else:
        rows = [Texts.of(table[name]).rows()[known] for table, _, known, _ in parts]
    return np.asarray(np.unique(np.concatenate(rows), return_inverse=True)[1], dtype=np.int64)
