"""The JSON API under /api/v1: one module a subject, each thin: it reads a request, asks the desk, writes.

    contract, shapes, schemas*   what is promised: operations with parameters, and schemas of answers
    openapi, routes              the same as an OpenAPI 3.1 document, and the routes to it
    serving, reading, call       requests to their operation: methods, parameters, formats, tags, errors
    paging, writers              pages and cursors; batches as CSV, NDJSON and Parquet
    asked, figures               what is asked of the statistics, and answers as JSON
    query, downloads, sdmx_rows  figures, as JSON and as files
    cells                        the cells behind them
    growth                       prices and volumes, series without their seasons
    history                      overview, revisions, series
    loads, aside                 what was loaded, and what was set aside
    codes, codelists             code lists and groups
    texts, releases              texts that are sent, and texts that are written
"""

from __future__ import annotations

from fastapi import APIRouter

from customhouse.web.api.routes import OPERATIONS, ROUTES

__all__ = ["OPERATIONS", "ROUTES", "router"]

router = APIRouter(routes=ROUTES)
