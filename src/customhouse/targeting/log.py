"""The decision log: every declaration with its lane and what it was given by; appended to, never changed.

    LOG/days/2025-01-03/000001.parquet    the declarations of a day, a row each, green ones too
    LOG/entries/000001.json               one selection: its seed, policy, rules, model, and its files

An entry commits its files: it appears in one step after they are whole, with their digests and that of the
entry before, so that what is changed or taken away later shows (but for the end of the log). A write that
was torn leaves files that no entry names: they are told, and the next write puts them in LOG/torn. A
declaration is decided once: one that is in the log cannot be drawn for again until it suits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import OutputError, StoreBusy, TargetingError
from customhouse.store.disk import lock, sync, write_whole
from customhouse.targeting.budgets import Policy, fingerprint
from customhouse.targeting.cells import Case
from customhouse.targeting.deciding import decide
from customhouse.targeting.fields import Fields
from customhouse.targeting.listing import shown
from customhouse.targeting.logged import check_table, keyed, outcomes_of, selection_of, table_of
from customhouse.targeting.selection import Chooser, Selection, Spent, Stratum

if TYPE_CHECKING:
    import pyarrow as pa

ENTRIES, DAYS, TORN = "entries", "days", "torn"
PATIENCE_S = 10.0
"""How long a write waits for another."""
_COMPARED = ("lane", "basis", "rule", "probability", "drawn", "targeted", "otherwise")


@dataclass(frozen=True, slots=True)
class Entry:
    """One selection in a log: its number from 1, its days, and the fingerprints of what made it.

    `settings` is the policy as plain data, `rules` what was kept of the rules, `files` the digest of each
    file by its path in the folder, `previous` that of the entry before ("" for the first).
    """

    number: int
    written: str
    days: tuple[str, ...]
    rows: int
    seed: int
    model: str
    policy: str
    rulebook: str
    settings: Mapping[str, Any]
    rules: tuple[Chooser, ...]
    strata: tuple[Stratum, ...]
    before: tuple[Spent, ...]
    files: Mapping[str, str]
    previous: str


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """What a log folder has.

    `table` has a row a declaration with the columns of `Selection` by name, the share that its rule chooses
    with, the entry's number, seed, model and policy, and reasons in both languages. `torn`: files of a write
    that did not end, which no entry names. `damaged`: entries that were changed or taken away since, of which
    nothing is in `table`.
    """

    entries: tuple[Entry, ...]
    table: pa.Table
    torn: tuple[str, ...]
    damaged: tuple[str, ...]

    def selections(self) -> tuple[Selection, ...]:
        """The selections as they were made, an entry each, in the order of `table`."""
        found, start = [], 0
        for one in self.entries:
            part = self.table.slice(start, one.rows)
            policy = Policy.of(one.settings)
            found.append(selection_of(part, one.rules, one.strata, policy, one.seed, one.before))
            start += one.rows
        return tuple(found)

    def outcomes(self, found: Any, day: Any = None) -> tuple[Any, Any]:
        """What inspections found of the rows of `table`: fraud, and revenue in yuan, NaN where unknown.

        `found` is a DataFrame with declaration_id, fraud, and where there are any line, revenue_cny and
        finished; with `day` only what was finished before it counts. Raises TargetingError for two outcomes
        of one declaration and line.
        """
        return outcomes_of(self.table, Fields(found), day)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries were decided again from their seeds, and what came out otherwise or is damaged."""

    entries: int
    differences: tuple[str, ...]

    @property
    def repeated(self) -> bool:
        """Whether all came out as they are logged."""
        return not self.differences


def write(
    path: Path | str, selection: Selection, frame: Any = None, reasons: Any = None, *,
    model: str = "", again: bool = False,
) -> Entry:  # fmt: skip
    """Append a selection to a log folder, whole or not at all; the folder is made where there is none.

    `frame`: the table that it is of, to be sure. `reasons`: an item a row, or a mapping by row, None or the
    sentences by language (`{"en": [...], "zh": [...]}`). `model`: the fingerprint of the model. `again`:
    declarations may be decided a second time. Raises TargetingError, OutputError.
    """
    folder = Path(path)
    table = table_of(selection, reasons)
    if frame is not None:
        check_table(selection, frame)
    try:
        with lock(folder / ".lock", PATIENCE_S, None):
            _sweep(folder)
            if not again:
                _refuse_decided(folder, table)
            return _append(folder, selection, table, model)
    except StoreBusy as error:
        raise OutputError(f"{folder}: another selection is being logged; try again") from error
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); look at the disk") from error


def read(path: Path | str) -> Log:
    """The log of a folder. Raises TargetingError where there is none, or no entry that can be read."""
    import pyarrow as pa

    folder = Path(path)
    if not (folder / ENTRIES).is_dir():
        raise TargetingError(f"{folder}: no log of decisions; give the folder that one was written to")
    entries, torn, damaged = _entries(folder)
    kept, tables = [], []
    for one in entries:
        wrong = [name for name, digest in one.files.items() if _digest(folder / name) != digest]
        if wrong:
            damaged.append(f"{wrong[0]}: changed or taken away since entry {one.number} was written")
            continue
        kept.append(one)
        tables.append(_read(folder, one))
    named = {name for one in entries for name in one.files}
    torn += [name for name in _files(folder) if name not in named]
    if not tables:
        told = ", ".join([*torn, *damaged]) or "it is empty"
        raise TargetingError(f"{folder}: no entry of the log can be read ({told})")
    whole = pa.concat_tables(tables).unify_dictionaries()
    return Log(tuple(kept), whole, tuple(torn), tuple(damaged))


def verify(path: Path | str) -> Verified:
    """Decide every entry of a log again, from its seed, and compare. Raises TargetingError."""
    log = read(path)
    told = list(log.damaged)
    for entry, logged in zip(log.entries, log.selections(), strict=True):
        names = [one.name for one in fields(Case)]
        again = decide(Case(**{name: getattr(logged, name) for name in names}), logged.policy, logged.seed)
        for name in _COMPARED:
            differ = getattr(again, name) != getattr(logged, name)
            if differ.any():
                count, first = int(differ.sum()), str(logged.declaration_id[differ][0])
                which = f"{count} {'declaration' if count == 1 else 'declarations'}, the first {first}"
                told.append(f"entry {entry.number}: {name} of {which}")
    return Verified(len(log.entries), tuple(told))


def _append(folder: Path, selection: Selection, table: pa.Table, model: str) -> Entry:
    import numpy as np
    import pyarrow.parquet as pq

    entries, _, damaged = _entries(folder)
    if damaged:
        raise TargetingError(f"{damaged[0]}; mend the log or begin another, nothing was written")
    number = len(entries) + 1
    digests: dict[str, str] = {}
    days = np.unique(selection.day).tolist()
    for day in days:
        name = f"{DAYS}/{shown(day)}/{number:06d}.parquet"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.take(np.flatnonzero(selection.day == day)), folder / name, compression="zstd")
        sync(folder / name)
        sync((folder / name).parent)
        digests[name] = _digest(folder / name)
    rules = [asdict(one) for one in selection.rules]
    entry = Entry(
        number, datetime.now(UTC).isoformat(timespec="seconds"), tuple(map(shown, days)), len(selection),
        selection.seed, model, selection.policy.fingerprint, fingerprint(rules),
        selection.policy.settings(), selection.rules, selection.strata, selection.before, digests,
        _digest(_entry(folder, number - 1)) if number > 1 else "",
    )  # fmt: skip
    (folder / ENTRIES).mkdir(exist_ok=True)
    write_whole(_entry(folder, number), json.dumps(asdict(entry), indent=1, ensure_ascii=False), fresh=True)
    return entry


def _entry(folder: Path, number: int) -> Path:
    return folder / ENTRIES / f"{number:06d}.json"


def _entries(folder: Path) -> tuple[list[Entry], list[str], list[str]]:
    """The entries of a folder, and what is told of those that cannot be read."""
    found: list[Entry] = []
    torn: list[str] = [f"{ENTRIES}/{one.name}" for one in sorted((folder / ENTRIES).glob(".*"))]
    damaged: list[str] = []
    paths = sorted((folder / ENTRIES).glob("*.json")) if (folder / ENTRIES).is_dir() else []
    previous = ""
    for number, path in enumerate(paths, 1):
        name = f"{ENTRIES}/{path.name}"
        try:
            one = _parsed(path)
        except (ValueError, TypeError, KeyError, OSError):
            (torn if number == len(paths) else damaged).append(name)
            previous = _digest(path)
            continue
        if one.previous != previous or path.name != f"{one.number:06d}.json":
            damaged.append(f"{name}: does not follow the entry before; one was changed or taken away")
        previous = _digest(path)
        found.append(one)
    return found, torn, damaged


def _parsed(path: Path) -> Entry:
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["days"] = tuple(raw["days"])
    raw["rules"] = tuple(Chooser(**one) for one in raw["rules"])
    raw["strata"] = tuple(Stratum(**one) for one in raw["strata"])
    raw["before"] = tuple(Spent(**one) for one in raw["before"])
    return Entry(**raw)


def _read(folder: Path, entry: Entry) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.concat_tables([pq.read_table(folder / name, partitioning=None) for name in entry.files])
    whole = whole.unify_dictionaries()
    for name, value in (("entry", entry.number), ("seed", str(entry.seed)), ("model", entry.model),
                        ("policy", entry.policy)):  # fmt: skip
        whole = whole.append_column(name, pa.array([value] * len(whole)))
    return whole


def _files(folder: Path) -> Iterator[str]:
    """The files of days, by their paths in the folder."""
    for one in sorted((folder / DAYS).glob("*/*")):
        yield one.relative_to(folder).as_posix()


def _sweep(folder: Path) -> None:
    """Put aside what a write that did not end left behind."""
    entries, torn, _ = _entries(folder)
    named = {name for one in entries for name in one.files}
    for name in [*torn, *(one for one in _files(folder) if one not in named)]:
        place = folder / TORN / f"{len(list((folder / TORN).glob('*'))) + 1:06d}-{Path(name).name}"
        place.parent.mkdir(exist_ok=True)
        (folder / name).replace(place)


def _refuse_decided(folder: Path, table: pa.Table) -> None:
    """Raises TargetingError for a declaration that the log has for that day."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    days = [folder / DAYS / day.isoformat() for day in pc.unique(table["day"]).to_pylist()]
    paths = [path for day in days for path in sorted(day.glob("*.parquet"))]
    mine = keyed(table) if paths else None
    count, told = 0, ""
    for path in paths:
        there = keyed(pq.read_table(path, columns=["declaration_id", "line"], partitioning=None))
        both = pc.is_in(mine, value_set=there)
        if found := pc.sum(both).as_py():
            told = told or f"the first {table['declaration_id'].cast('string').filter(both)[0]} ({path})"
            count += found
    if count:
        which = "1 declaration is" if count == 1 else f"{count} declarations are"
        told = f"{which} in the log already, {told}"
        raise TargetingError(f"{told}; a decision is made once, or with again=True")


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
