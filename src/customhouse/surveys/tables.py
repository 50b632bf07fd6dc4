"""Tables of a survey as they come, data frames or files: which column is what, and one answer a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from customhouse.errors import EmptyFile, MappingError, PeriodError
from customhouse.records import printed_periods
from customhouse.records.numerals import is_empty, parse
from customhouse.surveys import words

Form = Literal["answers", "shares", "index"]
_BESIDE = ("month", "firm", "weight", "stratum")
"""Columns that go with every answer, where each question has a column of its own."""
_NOTHING = ("<NA>", "NaT")
_TOLD = 200
"""So many cells of a column tell whether it has answers or numbers."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by what they are, all of one length; `places` says where each row stands in its source."""

    name: str
    form: Form
    columns: Mapping[str, list[Any]]
    places: Sequence[str]

    def column(self, code: str) -> list[Any] | None:
        """A column by what it is; None where there is no such column."""
        return self.columns.get(code)


def table(source: Any, answers: Mapping[str, str] | None = None, name: str = "frame") -> Table:
    """A table from a data frame (pandas, Polars, Arrow), the path of a file, or several. Raises InputError.

    `answers` are the survey's own words or codes for up, same, down and none.
    """
    if isinstance(source, list | tuple):
        return _joined([table(one, answers, f"{name} {number}") for number, one in enumerate(source, 1)])
    if isinstance(source, str | Path):
        name, columns, places = _read(Path(source))
    else:
        columns, places = _framed(source, name)
    return _long(name, columns, places, answers or {})


def _joined(found: Sequence[Table]) -> Table:
    """Tables one below the other; what one of them lacks is blank."""
    if not found:
        raise MappingError("survey", "no tables", "give one at least")
    for one in found[1:]:
        if one.form != found[0].form:
            wrong = f"{one.form}, where {found[0].name} has {found[0].form}"
            raise MappingError(one.name, wrong, "give tables of one kind")
    codes = dict.fromkeys(code for one in found for code in one.columns)
    columns = {
        code: [cell for one in found for cell in one.columns.get(code, [None] * len(one.places))]
        for code in codes
    }
    places = [place for one in found for place in one.places]
    return Table(", ".join(one.name for one in found), found[0].form, columns, places)


def _read(path: Path) -> tuple[str, dict[str, list[Any]], list[str]]:
    from customhouse.records import files

    header: list[str] = []
    body: list[list[str]] = []
    places: list[str] = []
    for row in files.rows(path):
        if not any(cell.strip() for cell in row.cells):
            continue
        if header:
            body.append([*row.cells, *([""] * (len(header) - len(row.cells)))])
            places.append(f"{path.name}, {row.place}")
        else:
            header = [cell.strip() for cell in row.cells]
    if not body:
        raise EmptyFile(str(path), "no rows under a header", "give a table with a row for each answer")
    _refuse_doubles(str(path), header)
    columns = {name: [row[at] for row in body] for at, name in enumerate(header) if name}
    return str(path), columns, places


def _framed(frame: Any, name: str) -> tuple[dict[str, list[Any]], list[str]]:
    import narwhals as nw

    try:
        seen = nw.from_native(frame, eager_only=True)
    except TypeError as error:
        wrong = f"no data frame with its rows in memory ({type(frame).__name__})"
        remedy = "give a pandas, Polars or Arrow table, or the path of a file"
        raise MappingError(name, wrong, remedy) from error
    columns = {str(column): seen[column].to_list() for column in seen.columns}
    if not len(seen):
        raise EmptyFile(name, "no rows", "give a table with a row for each answer")
    return columns, [f"row {number}" for number in range(len(seen))]


def _refuse_doubles(name: str, header: Sequence[str]) -> None:
    doubled = next((one for one in header if one and header.count(one) > 1), None)
    if doubled is not None:
        raise MappingError(name, f"two columns are called {doubled!r}", "name them apart")


def _long(
    name: str, columns: dict[str, list[Any]], places: list[str], answers: Mapping[str, str]
) -> Table:
    """One answer, share or index a row, whatever shape the table has."""
    known: dict[str, str] = {}
    for header in columns:
        code = words.code("column", header)
        if code in known:
            raise MappingError(
                name, f"the columns {known[code]!r} and {header!r} both are the {code}", "leave one out"
            )
        if code:
            known[code] = header
    if "month" not in known:
        raise MappingError(
            name, "no column with the month", f"call it `month`; it has {', '.join(columns)}"
        )
    form = _form(known)
    roles = {code: columns[header] for code, header in known.items()}
    if form is None:
        rest = {header: cells for header, cells in columns.items() if header not in known.values()}
        return _melted(name, roles, rest, places, answers)
    if "question" not in roles:
        wrong = "no column with the question"
        raise MappingError(name, wrong, f"call it `question`; it has {', '.join(columns)}")
    return Table(name, form, roles, places)


def _form(known: Mapping[str, str]) -> Form | None:
    """The form by the columns that are there; None where each question has a column of its own."""
    if "answer" in known:
        return "answers"
    if sum(code in known for code in ("up", "same", "down")) > 1:
        return "shares"
    return "index" if "index" in known and "question" in known else None


def _melted(
    name: str, roles: Mapping[str, list[Any]], rest: dict[str, list[Any]], places: list[str],
    answers: Mapping[str, str],
) -> Table:
    """A column a question becomes a row an answer (or index); blank cells of numbers are no rows."""
    if not rest:
        wrong = "no column with answers, shares or an index"
        raise MappingError(name, wrong, "see docs/how-to.md, Surveys, for the columns")
    spoken = any(_spoken(cells, answers) for cells in rest.values())
    form: Form = "answers" if spoken else "index"
    kept = [
        (question, at) for question, cells in rest.items() for at in range(len(places))
        if spoken or not blank(cells[at])
    ]
    columns = {code: [roles[code][at] for _, at in kept] for code in _BESIDE if code in roles}
    columns["question"] = [question for question, _ in kept]
    columns["answer" if spoken else "index"] = [rest[question][at] for question, at in kept]
    return Table(name, form, columns, [f"{places[at]}, {question}" for question, at in kept])


def _spoken(cells: list[Any], answers: Mapping[str, str]) -> bool:
    """Whether a column has answers: more of its cells are words for one than numbers."""
    some = [cell for cell in cells if not blank(cell)][:_TOLD]
    told = sum(answer(cell, answers) is not None for cell in some)
    return told > sum(number(cell) is not None for cell in some) or told == len(some) > 0


def answer(cell: Any, own: Mapping[str, str]) -> str | None:
    """`up`, `same`, `down`, `none` (a blank), or None for a word that is none of them.

    The survey's own words go first: a sign that tables print for nothing may be one of its answers.
    """
    text = str(cell).strip()
    plain = text.removesuffix(".0") if text[:-2].isdigit() else text  # whole numbers that a frame made floats
    return own.get(plain) or ("none" if blank(cell) else words.code("answer", text))


def blank(cell: Any) -> bool:
    """Whether a cell has nothing: None, NaN, blank, or what tables print for that."""
    return cell is None or str(cell) in _NOTHING or is_empty(str(cell))


def number(cell: Any) -> float | None:
    """The number in a cell, with or without a sign for per cent; None where there is none."""
    found = parse(str(cell), percent=True)
    return None if found is None else float(found.value)


def month(cell: Any) -> int | None:
    """The running number of the month in a cell, however it is written; None where it is no one month."""
    try:
        first, last = printed_periods.parse(cell if isinstance(cell, str) else str(cell))
    except PeriodError:
        return None
    return first if first == last else None
