"""The schemas of what the store has: loads, codes, releases."""

from __future__ import annotations

from customhouse.web.api.contract import Schema
from customhouse.web.api.shapes import (
    DAY,
    FLAG,
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

_KIND: Schema = {"enum": ["declarations", "table", "texts"]}
_REASON: dict[str, Schema] = {"reason": STRING, "en": STRING, "zh": STRING}
_VINTAGE: dict[str, Schema] = {
    "number": WHOLE,
    "source": STRING,
    "kind": _KIND,
    "known_on": DAY,
    "committed_at": STRING,
    "currency": STRING,
    "reporter": STRING,
    "replaces": told(FLAG, "Its months stand alone: lines of earlier loads no longer count."),
    "months": many(MONTH),
    "counts": ref("Counts"),
}
_CODE: dict[str, Schema] = {
    "code": STRING,
    "name": by_language(),
    "group": told(FLAG, "Whether others stand below it."),
}
_DATED: dict[str, Schema] = {
    "kind": STRING,
    "from": STRING,
    "to": STRING,
    "parent": STRING,
    "hs": told(STRING, "The HS codes of goods, as prefixes and ranges."),
}
_NAMED: dict[str, Schema] = {"code": STRING, "name": by_language()}

STORE: dict[str, Made] = {
    "Counts": record(
        {
            "taken_in": WHOLE,
            "accepted": WHOLE,
            "flagged": told(WHOLE, "Of the accepted."),
            "quarantined": WHOLE,
        },
        meaning="Rows of loads; what was taken in was accepted or set aside.",
    ),
    "Sources": record(
        {
            "sources": many(
                record(
                    {
                        "source": STRING,
                        "kind": _KIND,
                        "reporter": STRING,
                        "currency": STRING,
                        "loads": WHOLE,
                        "first_known": DAY,
                        "last_known": DAY,
                        "first_month": or_none(MONTH),
                        "last_month": or_none(MONTH),
                        "months": WHOLE,
                        "counts": ref("Counts"),
                    }
                )
            )
        }
    ),
    "Vintage": record(_VINTAGE, meaning="A load: what came in at once, known from a day on."),
    "Vintages": record({"vintages": many(ref("Vintage")), **PAGED}),
    "VintageInFull": record(
        {
            **_VINTAGE,
            "reasons": many(record({**_REASON, "rows": WHOLE})),
            "inputs": many(STRING),
            "doubts": many(STRING),
            "resolves": told(WHOLE, "Rows of the quarantine that it puts right."),
        }
    ),
    "Coverage": record(
        {
            "sources": many(
                record(
                    {
                        "source": STRING,
                        "kind": _KIND,
                        "months": many(
                            record(
                                {
                                    "month": MONTH,
                                    "lines": WHOLE,
                                    "cells": WHOLE,
                                    "figures": WHOLE,
                                    "vintages": many(WHOLE),
                                }
                            )
                        ),
                    }
                )
            )
        }
    ),
    "Quarantine": record(
        {
            "reasons": many(record({**_REASON, "rows": WHOLE})),
            "rows": many(
                record(
                    {
                        "id": STRING,
                        "vintage": WHOLE,
                        "source": STRING,
                        "month": or_none(MONTH),
                        "file": STRING,
                        "place": STRING,
                        "reasons": many(record(_REASON)),
                        "said": {"type": "object", "additionalProperties": STRING},
                    }
                )
            ),
            "next": PAGED_NEXT,
        }
    ),
}

CODES: dict[str, Made] = {
    "CodeLists": record({"lists": many(record({"list": STRING, "codes": WHOLE}))}),
    "Code": record(_CODE, _DATED),
    "Codes": record({"list": STRING, "codes": many(ref("Code")), **PAGED}),
    "Group": record(
        {
            **_CODE,
            "dimension": STRING,
            "at": MONTH,
            "members": many(record(_NAMED)),
            "prefixes": told(many(STRING), "HS codes, of goods."),
            "all_others": told(FLAG, "It is everything but these."),
            "history": many(
                record({**_NAMED, "from": or_none(STRING), "to": or_none(STRING)}, {"why": STRING})
            ),
            "counted": told(
                many(
                    record(
                        {
                            "from": or_none(STRING),
                            "to": or_none(STRING),
                            "list_of": or_none(STRING),
                            "with": many(STRING),
                            "without": many(STRING),
                            "why": STRING,
                        }
                    )
                ),
                "Where customs count otherwise than by the months of membership.",
            ),
        },
        _DATED,
    ),
}

_LINKS: Schema = by_language(
    {"type": "object", "additionalProperties": {"type": "string", "format": "uri-reference"}}
)
_PLACE: Schema = record({"start": WHOLE, "end": WHOLE, "text": STRING})
RELEASES: dict[str, Made] = {
    "Release": record({"period": STRING, "months": PERIOD, "languages": _LINKS}),
    "Releases": record(
        {
            "source": STRING,
            "releases": many(
                record(
                    {
                        "period": STRING,
                        "months": PERIOD,
                        "languages": _LINKS,
                    }
                )
            ),
        }
    ),
    "ReleaseClaims": {
        "type": "object",
        "description": "The file figures.json of a release: its texts, and each figure with its claim.",
        "required": [
            "format",
            "period",
            "published",
            "source",
            "currency",
            "as_of",
            "texts",
            "figures",
            "language",
        ],
        "properties": {
            "format": STRING,
            "period": PERIOD,
            "published": DAY,
            "source": STRING,
            "currency": STRING,
            "as_of": DAY,
            "language": {"enum": ["en", "zh"]},
            "texts": by_language(record({"title": STRING, "text": STRING})),
            "figures": many(
                {
                    "type": "object",
                    "required": ["id", "measure", "value", "computed", "cells", "texts"],
                    "properties": {
                        "id": WHOLE,
                        "measure": STRING,
                        "value": NUMBER,
                        "query": or_none(STRING),
                        "computed": {"type": "object"},
                        "cells": many({"type": "object"}),
                        "texts": {"type": "object", "additionalProperties": _PLACE},
                    },
                }
            ),
        },
    },
}
