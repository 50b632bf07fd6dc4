"""The decimal mark of a table, said in its mapping where the values leave it open or it is a comma."""

from __future__ import annotations

from functools import cache

from customhouse.records import coding
from customhouse.records.propose.found import Roles
from customhouse.records.propose.look import Column, Look
from customhouse.records.propose.proposal import Proposal


def marks(tables: list[tuple[Look, Roles]], proposal: Proposal) -> None:
    """Gives `decimal` to each table, with why; to be done when the reporter is known."""
    for seen, found in tables:
        reporter = found.raw.get("reporter", proposal.raw.get("reporter"))
        of = f"{seen.sheet}: " if len(tables) > 1 else ""
        for column in seen.columns:
            if column.name in found.raw["figures"]:
                _mark(column, found, reporter if isinstance(reporter, str) else "", of, proposal)


def _mark(column: Column, found: Roles, reporter: str, of: str, proposal: Proposal) -> None:
    result = column.sniffed
    evidence = "; ".join(result.evidence)
    if result.marks is None:
        proposal.remarks.append(f"CHECK {of}decimal: {column.name!r} has both marks: {evidence}")
    elif result.ambiguous:
        by_reporter = result.marks.decimal == "," and reporter in _with_points()
        decimal, other = (".", ",") if by_reporter else (result.marks.decimal, result.marks.thousands)
        found.raw.setdefault("decimal", decimal)
        here = f"{decimal!r} as {reporter} prints it," if by_reporter else f"{decimal!r}"
        how = "begins a fraction" if by_reporter else "stands between thousands"
        proposal.remarks.append(
            f"CHECK {of}decimal: {here} in {column.name!r}: {evidence}; it {how} here, write "
            f"`decimal: {other!r}` where it does not"
        )
    elif result.marks.decimal == ",":
        found.raw.setdefault("decimal", ",")
        proposal.remarks.append(f"{of}decimal: ',' in {column.name!r}: {evidence}")


@cache
def _with_points() -> frozenset[str]:
    """Countries whose offices print a point before fractions (Unicode CLDR, numbers by territory).

    China, where that is so, is not among them: it is proposed where nothing says whose trade it is.
    """
    return frozenset(form for form, _ in coding.header_forms("decimal_point"))
