"""Which columns of a Parquet file have no blank text, as its own statistics say."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq


def filled(path: Path) -> frozenset[str]:
    """The columns whose least value in every row group is known and is not the empty text.

    Blank text means nothing is there; where none is, no row has to be looked at for it. Empty for
    what is no Parquet file.
    """
    try:
        metadata = pq.read_metadata(path)
    except (OSError, ValueError):
        return frozenset()
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    found = []
    for place in range(metadata.num_columns):
        chunks = [group.column(place) for group in groups]
        if all(_no_blank(chunk) for chunk in chunks):
            found.append(metadata.schema.column(place).name)
    return frozenset(found)


def _no_blank(chunk: pq.ColumnChunkMetaData) -> bool:
    known = chunk.statistics
    if known is None:
        return False
    if known.has_min_max:
        return isinstance(known.min, str) and known.min != ""
    return bool(known.has_null_count and known.null_count == chunk.num_values)
