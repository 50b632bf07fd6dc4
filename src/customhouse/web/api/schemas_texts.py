"""The schemas of what is said of texts, and of figures over time."""

from __future__ import annotations

from customhouse.web.api.contract import Schema
from customhouse.web.api.shapes import (
    DAY,
    FLAG,
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

_DOCUMENT: Schema = record({"name": STRING, "published": or_none(STRING), "text": STRING})
_DOCUMENTS: dict[str, Schema] = {"documents": told(many(_DOCUMENT), "Offsets of claims count code points.")}
_COUNTS: Schema = {"type": "object", "additionalProperties": WHOLE}
_VERDICT: Schema = {
    "enum": ["holds", "holds_on_other_base", "off_by_rounding", "contradicted", "no_statistics"]
}
_COMPUTED: Schema = {"anyOf": [ref("Computed"), record({"missing": STRING})]}
_SIDE: Schema = or_none(record({"claim": ref("Claim")}, {"line": WHOLE, "sentence": STRING}))
_FINDING: dict[str, Schema] = {
    "kind": {"enum": ["contradiction", "revision", "caution"]},
    "code": STRING,
    "en": STRING,
    "zh": STRING,
    "claims": many(ref("Claim")),
}
_ROW: dict[str, Schema] = {
    "low": or_none(NUMBER),
    "high": or_none(NUMBER),
    "low_either": or_none(NUMBER),
    "high_either": or_none(NUMBER),
}

TEXTS: dict[str, Made] = {
    "Reading": record(
        {
            **_DOCUMENTS,
            "claims": many(
                {
                    "allOf": [
                        {
                            "type": "object",
                            "required": ["words", "doc", "start", "end", "text", "measure", "value"],
                        }
                    ],
                    "properties": {"words": by_language()},
                }
            ),
        }
    ),
    "Slip": record(
        {
            "kind": STRING,
            "weight": NUMBER,
            "words": by_language(),
            "corrected": ref("Claim"),
            "computed": ref("Computed"),
        },
        {"rate": NUMBER, "rate_source": or_none(STRING)},
        "What may have gone wrong: with it undone, the claim holds.",
    ),
    "Verdict": record(
        {
            "read": ref("Claim"),
            "verdict": _VERDICT,
            "words": by_language(),
            "rounding": many(STRING),
            "computed": _COMPUTED,
            "source": or_none(STRING),
            "vintages": many(WHOLE),
            "cells": WHOLE,
            "arithmetic": {"anyOf": [by_language(many(STRING)), record({})]},
            "base": or_none(STRING),
            "without": many(STRING),
            "on_other_base": or_none(ref("Computed")),
            "slip": or_none(STRING),
            "slips": many(ref("Slip")),
            "others": many(record({"verdict": _VERDICT, "source": or_none(STRING), "computed": _COMPUTED})),
        },
        meaning="A claim beside the statistics.",
    ),
    "Checking": record(
        {
            **_DOCUMENTS,
            "read": told(WHOLE, "How many claims there are at all."),
            "checks": many(ref("Verdict")),
            "counts": _COUNTS,
        }
    ),
    "Comparing": record(
        {
            **_DOCUMENTS,
            "pairs": many(
                record(
                    {
                        "kind": STRING,
                        "first": _SIDE,
                        "second": _SIDE,
                        "aspects": many(
                            record(
                                {"field": STRING, "en": STRING, "zh": STRING},
                                {
                                    "slip": STRING,
                                    "power": WHOLE,
                                    "less_precise": {"enum": ["first", "second"]},
                                },
                            )
                        ),
                    }
                )
            ),
            "counts": _COUNTS,
            "differences": WHOLE,
        }
    ),
    "Reconciling": record(
        {
            **_DOCUMENTS,
            "findings": many(
                record(
                    {
                        **_FINDING,
                        "rounding": many(STRING),
                        "revision": or_none(many(NUMBER)),
                        "mentions": many(ref("Claim")),
                    }
                )
            ),
            "derived": many(ref("Computed")),
        }
    ),
    "Reply": record(
        {
            "question": STRING,
            "language": {"enum": ["en", "zh"]},
            "parts": many(
                record(
                    {"question": STRING, "answered": FLAG, "notes": many(STRING)},
                    {
                        "refusal": record(
                            {"words": or_none(STRING), "reason": STRING, "nearest": or_none(STRING)}
                        ),
                        "yes": {"type": ["boolean", "null"]},
                        "lead": STRING,
                        "text": STRING,
                        "claims": many(ref("Claim")),
                        "computed": many(ref("Computed")),
                        "table": record({"headings": many(STRING), "rows": many(many(STRING))}),
                        "query": STRING,
                        "command": STRING,
                        "python": STRING,
                    },
                )
            ),
        }
    ),
}

HISTORY: dict[str, Made] = {
    "Overview": record(
        {
            "period": PERIOD,
            "source": STRING,
            "currency": STRING,
            "as_of": or_none(DAY),
            "basis": ref("Basis"),
            "vintages": many(WHOLE),
            **dict.fromkeys(("totals", "months", "partners", "goods"), many(ref("Figure"))),
        }
    ),
    "Revisions": record(
        {
            "question": by_language(),
            "source": STRING,
            "revisions": many(
                record(
                    {
                        "vintage": WHOLE,
                        "known_on": DAY,
                        "value": told(or_none(NUMBER), "Null where the load made the figure unavailable."),
                        "unit": or_none(STRING),
                        "change_percent": or_none(NUMBER),
                        "cells": WHOLE,
                    }
                )
            ),
        }
    ),
    "Series": record(
        {
            "series": {
                "type": "object",
                "required": ["measure", "by", "unit"],
                "properties": {
                    "measure": STRING,
                    "by": STRING,
                    "unit": STRING,
                },
            },
            "points": many(
                record(
                    {
                        "period": PERIOD,
                        "status": {"enum": ["computed", "stated", "derived", "conflict", "missing"]},
                        "sources": many(ref("SeriesSource")),
                    },
                    {
                        "period_start": DAY,
                        "period_end": DAY,
                        "value": NUMBER,
                        "unit": STRING,
                        "rounding": STRING,
                        **_ROW,
                        **{
                            f"{at}_{what}": STRING
                            for at in ("first", "latest")
                            for what in ("known_on", "source")
                        },
                        "first_value": NUMBER,
                        "latest_value": NUMBER,
                        "revision_low": NUMBER,
                        "revision_high": NUMBER,
                        "explained": STRING,
                        "rule": STRING,
                        "arithmetic": STRING,
                        "note": STRING,
                        "finding": record(_FINDING),
                    },
                )
            ),
        }
    ),
    "SeriesSource": record(
        {
            "kind": {"enum": ["text", "table", "derived"]},
            "source": STRING,
            "role": STRING,
            "mentions": WHOLE,
            "claim": ref("Computed"),
        },
        {"known_on": DAY, "vintage": WHOLE, "low": NUMBER, "high": NUMBER},
    ),
}
