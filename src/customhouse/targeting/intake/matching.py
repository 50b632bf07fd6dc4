"""Which rows of tables are of one declaration or item, and which say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def numbered(table: pa.Table, line: bool = True) -> Any:
    """A whole number for each number of a declaration, with `line` for each of its items; -1 for none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    key = table["declaration_id"]
    if line:
        key = pc.binary_join_element_wise(key, table["line"].cast(pa.string()), "\x1f")
    found = pc.fill_null(key.combine_chunks().dictionary_encode().indices, -1)
    return found if isinstance(found, pa.Array) else found.combine_chunks()


def firsts(values: Any) -> Any:
    """The place at which each value of an array stands first."""
    import numpy as np

    _, first, back = np.unique(values, return_index=True, return_inverse=True)
    return first[back.reshape(-1)]


def alike(one: pa.Table, other: pa.Table) -> Any:
    """Which rows of two tables of the same columns say the same."""
    import numpy as np
    import pyarrow.compute as pc

    same = np.ones(one.num_rows, dtype=bool)
    for name in one.column_names:
        left, right = one[name], other[name]
        equal = pc.fill_null(pc.equal(left, right), False).to_numpy(zero_copy_only=False)
        if str(left.type) == "double":
            left, right = (pc.if_else(pc.is_nan(each), None, each) for each in (left, right))
        none = pc.and_(pc.is_null(left), pc.is_null(right)).to_numpy(zero_copy_only=False)
        same &= equal | none
    return same
