"""The schemas of answers, each with a name of its own in the OpenAPI document."""

from __future__ import annotations

from customhouse.measures import MEASURES
from customhouse.model import DIMENSIONS
from customhouse.web.api.contract import Schema
from customhouse.web.api.schemas_growth import GROWTH
from customhouse.web.api.schemas_store import CODES, RELEASES, STORE
from customhouse.web.api.schemas_texts import HISTORY, TEXTS
from customhouse.web.api.shapes import (
    DAY,
    LANG,
    MONTH,
    NUMBER,
    PAGED,
    PAGED_NEXT,
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

__all__ = ["LANG", "SCHEMAS", "ref"]

_DIMS: Made = {
    "type": "object", "additionalProperties": or_none(STRING),
    "description": "Dimensions that differ; null widens one to everything.",
}  # fmt: skip
_SLICE: dict[str, Schema] = {**dict.fromkeys(DIMENSIONS, STRING), "subject": STRING}
_CLAIM: dict[str, Schema] = {
    "measure": told(STRING, f"{', '.join(sorted(MEASURES))}, and what texts say of other subjects."),
    "value": told(NUMBER, "In base units: yuan, dollars, per cent, points, kilograms, pieces."),
    "unit": STRING,
    "bound": {"type": "string", "description": "exact, or how the figure bounds the true one."},
}  # fmt: skip
_SAID: dict[str, Schema] = {
    "doc": STRING, "start": WHOLE, "end": WHOLE, "text": STRING,
    "of": STRING, **_SLICE, "place": STRING, "period": PERIOD, "base": PERIOD, "whole": _DIMS,
    "against": _DIMS, "threshold": NUMBER, **dict.fromkeys(("factor", "status", "terms", "note"), STRING),
}  # fmt: skip
_COMPUTED: dict[str, Schema] = {
    "source": STRING, "vintages": many(WHOLE), "cells": told(WHOLE, "How many were added up."),
    "low": or_none(NUMBER), "high": or_none(NUMBER), "rule": STRING, "arithmetic": STRING,
}  # fmt: skip
_MISSING = record(
    {"code": STRING, "reason": STRING, "months": many(MONTH)}, meaning="Why there is no figure."
)
_FIGURE = record(
    {"measure": STRING, "value": told(or_none(NUMBER), "In base units; null where there is no figure.")},
    {
        "period": PERIOD, "period_start": DAY, "period_end": DAY,
        **dict.fromkeys(DIMENSIONS, STRING), **{f"{d}_name": STRING for d in DIMENSIONS},
        "of": STRING, "base": PERIOD, "whole": _DIMS, "against": _DIMS, "unit": STRING,
        "low": told(or_none(NUMBER), "The least that the true figure may be."),
        "high": told(or_none(NUMBER), "The most that the true figure may be."),
        "growth": told(NUMBER, "Of a level on the base, in per cent."),
        "threshold": NUMBER, "note": STRING, "missing": ref("Missing"),
        "claim": ref("Computed"), "growth_claim": ref("Computed"),
    },
    "A figure of an answer.",
)  # fmt: skip
_TOTAL = record(
    {
        "period": PERIOD, "parts": told(NUMBER, "What the parts add up to."), "count": WHOLE,
        "whole": told(or_none(NUMBER), "The same without the axis."),
        "rest": told(or_none(NUMBER), "The whole less the parts."),
        "adds_up": told({"type": ["boolean", "null"]}, "Whether nothing is left, to within rounding."),
    },
    {**dict.fromkeys(DIMENSIONS, STRING), "unit": STRING, "reason": STRING},
)  # fmt: skip
_BASIS = record(
    {
        "reporter": STRING, "system": {"enum": ["general", "special"]},
        "partner_by": {"enum": ["origin", "consignment"]}, "returned": {"enum": ["included", "apart"]},
        "concepts": STRING, "totals": many(ref("Total")),
    },
    meaning="By which concepts of IMTS 2010 figures are compiled, and whether parts add up to wholes.",
)  # fmt: skip
SCHEMAS: dict[str, Made] = {
    "Problem": record(
        {
            "type": {"type": "string", "format": "uri-reference"}, "title": STRING,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": told(STRING, "What is wrong and what to do about it."),
            "code": told(STRING, "The same for programs."),
        },
        meaning="What went wrong (RFC 9457).",
    ),
    "Claim": record(_CLAIM, _SAID, "A figure as a text states it, with its place."),
    "Computed": record(
        _CLAIM, {**_SAID, **_COMPUTED, "from": many(ref("Computed"))},
        "A figure with its origin: cells of a store, or a rule and the claims that it was derived from.",
    ),
    "Missing": _MISSING,
    "Cell": record(
        {"period": PERIOD, "flow": STRING, "vintage": WHOLE},
        {
            **dict.fromkeys(("reporter", "partner", "hs", "commodity", "region", "enterprise"), STRING),
            **dict.fromkeys(("regime", "transport", "currency", "basis"), STRING),
            "value": NUMBER, "step": told(NUMBER, "Of the last printed digit of the value."),
            "quantity": NUMBER, "quantity_unit": STRING, "supplementary_quantity": NUMBER,
            "supplementary_unit": STRING, "net_mass_kg": NUMBER, "lines": WHOLE,
            "traders": told(WHOLE, "Distinct; they do not add up over cells."),
            "growth_percent": NUMBER, "printed": STRING, "file": STRING, "place": STRING,
        },
        "A figure of the store that no other is inside of; what it does not tell is left out.",
    ),
    "Cells": record({
        "question": by_language(), "source": STRING, "cells": many(ref("Cell")), "next": PAGED_NEXT,
    }),
    "Figure": _FIGURE,
    "Total": _TOTAL,
    "Basis": _BASIS,
    "Answer": record(
        {
            "question": told(by_language(), "As it was understood."), "source": STRING,
            "as_of": or_none(DAY), "currency": STRING, "vintages": many(WHOLE), "basis": ref("Basis"),
            "figures": many(ref("Figure")), **PAGED,
        },
        meaning="The figures of a question.",
    ),
}  # fmt: skip
SCHEMAS |= STORE | CODES | TEXTS | RELEASES | HISTORY | GROWTH
