"""The jobs that read texts, and no others: a worker that has them alone starts sooner."""

from __future__ import annotations

from customhouse.web.jobs import JOBS as ALL

JOBS = {name: place for name, place in ALL.items() if place.partition(":")[0].endswith(".reading")}
