"""SDMX REST over the cube: data, structures, what there is, and how it was known on a day.

    model, codelists, catalogue    the structures: code lists, concepts, data structure, dataflows
    keys, times, asking            addresses read into queries
    planning, answering, changes   queries to streams of the cube, series by series
    csvs, jsons, xmls              data as SDMX-CSV, SDMX-JSON and SDMX-ML; structjson, structxml: structures
    availability, selecting        what there is; which structures are meant
    negotiating, serving, routes   HTTP
"""

from __future__ import annotations

from fastapi import APIRouter

from customhouse.web.sdmx.routes import ROUTES

router = APIRouter(routes=ROUTES)

__all__ = ["router"]
