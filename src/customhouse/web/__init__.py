"""The public counter: pages and an API over one store, which it reads and never writes to.

    counter    what all requests share: the store, a thread for statistics, processes for heavy work
    app        the routes put together; shell: the frame of the pages; problems: one shape of errors
    pages/     one module a page; api/: JSON under /api/v1; sdmx/: SDMX under /sdmx; jobs/: heavy work
    limits, headers, health    what surrounds every request
"""

from __future__ import annotations

from customhouse.web.settings import Settings

__all__ = ["Settings"]
