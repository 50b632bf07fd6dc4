"""Heavy work, and work on what comes from outside: functions that run in a worker process.

A job is a function of a module here that takes the desk first, then what `Counter.work` was given, and
returns plain data: None, booleans, numbers, text, bytes, dates, and tuples, lists, dicts and sets of them,
or dataclasses and enumerations of customhouse. It raises errors of `customhouse.errors`, and Problem.

A module may have a function `warm(desk)`, which a new worker calls once before its first job.
"""

from __future__ import annotations

from collections.abc import Mapping

JOBS: Mapping[str, str] = {
    "page_check": "customhouse.web.jobs.verdicts:check",
    "page_compare": "customhouse.web.jobs.versions:compare",
    "page_ask": "customhouse.web.jobs.asking:ask",
    "page_example": "customhouse.web.jobs.example:example",
    "read": "customhouse.web.jobs.reading:read",
    "check": "customhouse.web.jobs.reading:check",
    "compare": "customhouse.web.jobs.reading:compare",
    "reconcile": "customhouse.web.jobs.reading:reconcile",
    "release": "customhouse.web.jobs.releasing:release",
    "set_aside": "customhouse.web.jobs.provenance:set_aside",
    "revised": "customhouse.web.jobs.provenance:revised",
    "workbook": "customhouse.web.jobs.sheets:workbook",
    "revisions": "customhouse.web.jobs.statistics:revisions",
    "series": "customhouse.web.jobs.statistics:series",
    "ask": "customhouse.web.jobs.statistics:ask",
    "prices": "customhouse.web.jobs.growing:prices",
    "growth_prices": "customhouse.web.jobs.growing:growth_prices",
    "growth_season": "customhouse.web.jobs.growing:growth_season",
}
"""The jobs by their names: `module:function`. A request names none of them; routes do."""
