"""What a model says of made-up declarations: whoever reads its file has to come by the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from customhouse.targeting.estimator import Targeting
    from customhouse.targeting.history import Floats

_ROWS = 64
_SEED = 7
_AMOUNTS = (1e3, 5.0, 1e7, 1.0, None)
_LATE = "2099-12-31"


def predicted(model: Targeting) -> Floats:
    """The probability of fraud and the revenue of features drawn at random and of made-up declarations."""
    import numpy as np

    from customhouse.targeting.features import Features

    seen = model.features(_declarations(model))
    random = np.random.default_rng(_SEED)
    made = random.standard_normal((_ROWS, len(seen.names))) * 3
    made[random.random(made.shape) < 0.1] = np.nan
    drawn = Features(seen.names, made.astype(seen.values.dtype))
    found = [model.scored(one) for one in (drawn, seen)]
    return np.concatenate([np.stack([one.probability, one.recovered], axis=1) for one in found])


def _declarations(model: Targeting) -> pa.Table:
    """Declarations after all that the model knows, of values that it knows, of a new one and of none."""
    import pyarrow as pa

    coders = model.memory_.coders
    columns: dict[str, Any] = {}
    for name, column in coders.columns.items():  # HS codes at their depths, the deepest last
        values = coders.keys[name].values
        known = [str(values[place]) for place in (0, len(values) // 2, -1)] if len(values) else [None] * 3
        columns[column] = pa.array([*known, "?", None], pa.string())
    size = len(_AMOUNTS)
    columns |= {name: list(_AMOUNTS) for name in ("value_cny", "net_mass_kg", "duty_cny")}
    return pa.table(columns | {"date": [_LATE] * size, "duty_rate": [0.1] * size, "aeo": [0.0] * size})
