"""Where lines that were set aside stand in their files, which are searched for what the lines say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from customhouse.errors import InputError
from customhouse.records import files
from customhouse.records.files import Row
from customhouse.records.schema import BEYOND

_MOST = 1_000_000
"""So many rows of a file are looked through."""
_HEAD = 100
"""Among so many rows the names of the columns stand."""
Said = Mapping[str, str]


def told(lines: Iterable[tuple[int, str, str, Said]]) -> list[str]:
    """The places of lines, each given by its load, its file, its place where that is known, and its cells."""
    given = list(lines)
    found = [place for _, _, place, _ in given]
    by_file: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, (load, file, place, _) in enumerate(given):
        if not place:
            by_file[load, file].append(number)
    for (_, file), numbers in by_file.items():
        for number, place in zip(numbers, _places(Path(file), [given[n][3] for n in numbers]), strict=True):
            found[number] = place
    return found


def _places(path: Path, wanted: Sequence[Said]) -> list[str]:
    """The place of each line in a file, by its cells; blank where it is not found there any more."""
    found = [""] * len(wanted)
    if not wanted or not path.is_file():
        return found
    columns = [name for name in wanted[0] if name != BEYOND]
    open_: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, said in reversed([*enumerate(wanted)]):
        open_[tuple(said.get(name, "").strip() for name in columns)].append(number)
    try:
        for row, cells in _rows(path, columns):
            if numbers := open_.get(cells):
                found[numbers.pop()] = row.place
                if not numbers:
                    del open_[cells]
                if not open_:
                    break
    except InputError:
        pass  # it is another file by now
    return found


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[Row, tuple[str, ...]]]:
    """The rows below the names of columns, in all sheets, each with its cells in the order of those."""
    sheets: list[str | None] = [*files.sheets(path)]
    for sheet in sheets or [None]:
        rows = islice(files.rows(path, sheet), _MOST)
        at = next((at for row in islice(rows, _HEAD) if (at := _at(row, columns))), None)
        if at is not None:
            for row in rows:
                yield row, tuple(row.cells[n].strip() if n < len(row.cells) else "" for n in at)


def _at(row: Row, columns: Sequence[str]) -> list[int] | None:
    """Where the columns stand, if a row names them."""
    names = [" ".join(cell.split()) for cell in row.cells]
    return [names.index(name) for name in columns] if set(columns) <= set(names) else None
