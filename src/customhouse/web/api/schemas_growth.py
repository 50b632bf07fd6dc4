"""The schemas of prices and of seasonal adjustment."""

from __future__ import annotations

from customhouse.prices.frames import COLUMNS
from customhouse.web.api.contract import Schema
from customhouse.web.api.shapes import (
    DAY,
    MONTH,
    NUMBER,
    PERIOD,
    STRING,
    WHOLE,
    Made,
    by_language,
    many,
    or_none,
    record,
    ref,
    told,
)

_TYPES: dict[str, Schema] = {"string": STRING, "float64": NUMBER, "int64": WHOLE}
_MEANINGS = {
    "price": "Price index, the base as 100.", "volume": "Volume index, value over price.",
    "level": "Value in the currency.", "coverage": "Share of value that the indices rest on, 0 to 1.",
    "imputed": "Share of value with estimated quantities, 0 to 1.",
    "dispersion": "Standard deviation of the logarithms of price relatives.",
    "grade": "A to D: how far the indices can be trusted, since unit values are biased measures of price.",
    "set_aside": "Items edited out as outliers.", "lacking": "Why there is no index.",
}  # fmt: skip
_NUMBER_OR_NONE = or_none(NUMBER)


def _column(name: str, kind: str) -> Schema:
    meaning = _MEANINGS.get(name)
    schema = or_none(_TYPES[kind])
    return told(schema, meaning) if meaning else schema


GROWTH: dict[str, Made] = {
    "PriceRow": record(
        {"period": PERIOD, "base": PERIOD}
        | {name: _column(name, kind) for name, kind in COLUMNS.items() if name not in ("period", "base")},
        meaning="Prices and volumes of a month (last, of the whole period) on a base, and growth in points.",
    ),
    "Prices": record(
        {
            "question": told(by_language(), "As it was understood."), "source": STRING, "reporter": STRING,
            "currency": STRING, "as_of": or_none(DAY), "by": STRING, "formula": STRING, "method": STRING,
            "set_aside": told(WHOLE, "Relatives edited out as outliers, over all rows."),
            "rows": many(ref("PriceRow")),
        },
        meaning="Prices and volumes of a slice by month.",
    ),
    "AdjustedMonth": record(
        {
            "month": MONTH,
            **dict.fromkeys(("original", "adjusted", "trend"), _NUMBER_OR_NONE),
            "seasonal": told(_NUMBER_OR_NONE, "Factor around 1, or amount where parts add up."),
            "si": told(_NUMBER_OR_NONE, "Season and irregular together: what is left without the trend."),
            "growth_percent": told(_NUMBER_OR_NONE, "Of the adjusted figure on the month before."),
            "outlier": told(or_none(STRING), "AO one month, LS a shift of level, TC a change that fades."),
        },
        meaning="A month of an adjusted series.",
    ),
    "Adjusted": record(
        {
            "question": told(by_language(), "As it was understood."), "source": STRING, "reporter": STRING,
            "currency": STRING, "as_of": or_none(DAY),
            "method": told({"enum": ["x13", "stl", None]}, "Null where it cannot be adjusted."),
            "model": STRING,
            "multiplicative": {"type": "boolean"}, "months": many(ref("AdjustedMonth")),
            "january_february": told(
                many(record({"period": PERIOD, "growth_percent": NUMBER})),
                "Growth of both as one, adjusted, on the two months before.",
            ),
            "windows": told(
                {"type": "object", "additionalProperties": many(WHOLE)},
                "Days before, during and after each festival of the model.",
            ),
            "diagnostics": {"type": "object", "additionalProperties": NUMBER},
            "notes": many(record({"code": STRING, "values": {"type": "object"}})),
            "lacking": told(many(record({"code": STRING, "reason": STRING})), "Why it cannot be adjusted."),
        },
        meaning="A series by month, free of seasons, moving holidays and working days.",
    ),
}  # fmt: skip
