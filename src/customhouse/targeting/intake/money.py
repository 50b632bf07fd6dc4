"""What currencies are in yuan, by the month: amounts are compared and added in yuan alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import MappingError, PeriodError, TargetingError
from customhouse.period import month as month_number
from customhouse.period import parse_month

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats

YUAN = "CNY"
_NAMES = ("currency", "rate_cny")


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """Yuan for one unit of a currency, `always` or in a month (numbered as by `period.month`)."""

    always: Mapping[str, float] = field(default_factory=dict)
    monthly: Mapping[tuple[str, int], float] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> ExchangeRates:
        """Rates as `USD=7.12,KRW=0.0052`, or of a table with the columns currency, rate_cny and month.

        Without a month a rate holds always. Raises TargetingError, InputError.
        """
        if "=" in text and not Path(text).exists():
            pairs = [part.partition("=") for part in text.split(",")]
            return cls({name.strip().upper(): _rate(rate, text) for name, _, rate in pairs})
        return cls._read(text)

    @classmethod
    def _read(cls, text: str) -> ExchangeRates:
        from customhouse.targeting.intake import reading

        always: dict[str, float] = {}
        monthly: dict[tuple[str, int], float] = {}
        for path in reading.found([text]):
            table = reading.raw(path)
            for name in _NAMES:
                if name not in table.column_names:
                    raise MappingError(str(path), f"no column {name}", f"it wants {', '.join(_NAMES)}, month")
            for row in table.to_pylist():
                currency, rate = str(row["currency"]).strip().upper(), _rate(str(row["rate_cny"]), str(path))
                if row.get("month"):
                    monthly[currency, _month(str(row["month"]), str(path))] = rate
                else:
                    always[currency] = rate
        return cls(always, monthly)

    def of(self, currency: Any, days: Any) -> Floats:
        """The rate of each row of two Arrow columns, NaN where none is known; yuan are 1."""
        import numpy as np
        import pyarrow as pa

        numbered = pa.chunked_array([column]) if isinstance(column := currency, pa.Array) else currency
        coded = numbered.combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        names = coded.dictionary.to_pylist()
        place = coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
        if not self.monthly:
            rates = np.array([*(self._one(name) for name in names), np.nan])
            return np.asarray(rates[place])
        months = days.to_numpy(zero_copy_only=False).astype("datetime64[M]").astype(np.int64) + _EPOCH
        pairs, back = np.unique(np.stack([place, months]), axis=1, return_inverse=True)
        known = [*names, ""]
        rates = np.array([self._one(known[at], month) for at, month in pairs.T])
        return np.asarray(rates[back.reshape(-1)])

    def _one(self, currency: str, month: int | None = None) -> float:
        if currency == YUAN:
            return 1.0
        always = self.always.get(currency, float("nan"))
        return always if month is None else self.monthly.get((currency, int(month)), always)


_EPOCH = month_number(1970, 1)


def _rate(text: str, place: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise TargetingError(f"{place}: {text.strip()!r} is no rate; write yuan for one unit, as USD=7.12")
    return rate


def _month(text: str, place: str) -> int:
    try:
        return parse_month(text[:7])
    except PeriodError as error:
        raise TargetingError(f"{place}: {error}") from error
