"""Plans of queries that every DuckDB of this process may put rows into: SQL, and the lists that it reads."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 100
"""How many plans a process keeps: those that were made last."""
_LIST = re.compile(r"__duckdb_source_\w+")
"""What DuckDB calls a table of Arrow where it stands in SQL: by another name in each connection."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A plan as SQL, with the lists in it by their names there."""

    sql: str
    lists: dict[str, pa.Table]

    def within(self, listed: Callable[[pa.Table], Any]) -> tuple[str, object]:
        """The SQL where `listed` makes relations of tables, and those: it reads them while they live."""
        names, held = {}, []
        for name, table in self.lists.items():
            held.append(listed(table))
            names[name] = named(held[-1])
        return _LIST.sub(lambda found: names[found[0]], self.sql), held


class Plans:
    """The plans of a process, by what they are for."""

    def __init__(self) -> None:
        self._plans: dict[Hashable, Shared] = {}
        self._lock, self._here = threading.Lock(), threading.local()

    def get(self, key: Hashable) -> Shared | None:
        """The plan by that key, where it is kept."""
        with self._lock:
            return self._plans.get(key)

    def keep(self, key: Hashable, sql: str, lists: dict[str, pa.Table]) -> None:
        """Keep a plan, unless it reads what is not among its lists."""
        if not lists.keys() >= set(_LIST.findall(sql)):
            return
        with self._lock:
            self._plans[key] = Shared(sql, lists)
            if len(self._plans) > MOST:
                del self._plans[next(iter(self._plans))]

    def clear(self) -> None:
        """Keep none."""
        with self._lock:
            self._plans.clear()

    @contextmanager
    def noting(self) -> Iterator[dict[str, pa.Table]]:
        """The lists that are made in this thread until the block ends."""
        noted: dict[str, pa.Table] = {}
        self._here.lists = noted
        try:
            yield noted
        finally:
            del self._here.lists

    def note(self, relation: Any, table: pa.Table) -> None:
        """A list was made: it belongs to the plan that is being made in this thread, if one is."""
        lists = getattr(self._here, "lists", None)
        if lists is not None:
            lists[named(relation)] = table


def named(relation: Any) -> str:
    """What the SQL of a relation over a table of Arrow calls it."""
    found = _LIST.search(relation.sql_query())
    return found[0] if found else ""


PLANS = Plans()
