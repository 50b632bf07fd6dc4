"""Claims of texts in a store: a load of texts is a vintage of its own kind, beside those of figures.

    STORE/claims/v000007-000-....parquet   one row a claim: the columns of an export, its day

Cubes know nothing of it: the months of a vintage are those of its cells and tables alone. Of documents
that have the same name the last one loaded stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from customhouse.export import FRAME_COLUMNS, to_arrow
from customhouse.model import Claim
from customhouse.series.model import Stated
from customhouse.store import Counts, Store, Vintage

SOURCE = "texts"
"""The name of the source where none is given."""
_DROPPED = ("low", "high", "period_start", "period_end")


@dataclass(frozen=True, slots=True)
class Texts:
    """What to load: claims with the days of their documents, whose they are, what the texts are called."""

    stated: Sequence[Stated]
    source: str = SOURCE
    inputs: tuple[str, ...] = ()


def load_texts(store: Store, wanted: Texts, today: date) -> Vintage:
    """Commit claims as a vintage of kind texts, whole or not at all. Raises OutputError, StoreBusy.

    The vintage is known from the day of its latest document on (today, where no document has one).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    days = [one.known_on or today for one in wanted.stated]
    claims = [one.claim for one in wanted.stated]
    table = to_arrow(claims).append_column("step", pa.array([claim.step for claim in claims], pa.float64()))
    table = table.append_column("known_on", pa.array(days, pa.date32()))
    with store.loading() as load:
        known_on = max(days, default=today)
        load.earlier(wanted.source, "texts", known_on)
        staged = load.staging / "claims.parquet"
        pq.write_table(table, staged, compression="zstd")
        files = load.adopt("claims", None, [staged], table.num_rows)
        counts = Counts(table.num_rows, table.num_rows)
        columns = tuple(table.column_names)
        return load.commit(Vintage(load.number, wanted.source, "texts", known_on, "", files, counts,
                                   inputs=wanted.inputs, columns=columns))


def stored_texts(store: Store, as_of: date | None = None, source: str | None = None) -> list[Stated]:
    """The claims of all texts in a store that were published by a day, each document as last loaded."""
    import pyarrow.parquet as pq

    by_document: dict[tuple[str, str], list[Stated]] = {}
    for vintage in sorted(store.vintages(), key=lambda v: v.number):
        if vintage.kind != "texts" or source not in (None, vintage.source):
            continue
        here: dict[tuple[str, str], list[Stated]] = {}
        for file in vintage.files:
            for row in pq.read_table(store.file(file), partitioning=None).to_pylist():
                one = _read(row, vintage.number)
                here.setdefault((vintage.source, one.place), []).append(one)
        by_document |= here
    found = [one for claims in by_document.values() for one in claims]
    return [one for one in found if as_of is None or one.known_on is None or one.known_on <= as_of]


def _read(row: Mapping[str, Any], vintage: int) -> Stated:
    """A row as it was before it was written."""
    fields = {k: v for k, v in row.items() if v is not None and k in FRAME_COLUMNS and k not in _DROPPED}
    for name in ("whole", "against"):
        if name in fields:
            fields[name] = json.loads(fields[name])
    claim = replace(Claim.from_dict(fields), step=row["step"])
    return Stated(claim, row["known_on"], vintage)
