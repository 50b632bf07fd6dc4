"""Columns that are partners: a table with a country a column."""

from __future__ import annotations

from customhouse.records import coding
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.periods import bare
from customhouse.records.propose.words import is_total

_FEWEST = 2
_REST = "AREAS_NES"


def partners(found: Roles, proposed: dict[str, Raw]) -> None:
    """Gives each column the partner that its name is, in a table without a column of partners."""
    named = {name: code for name in proposed if (code := partner_in(name))}
    if "partner" in found.columns or len({*named.values()}) < _FEWEST:
        return
    for name, spec in proposed.items():
        if name in named:
            spec["partner"] = named[name]
        elif "rest" in (coding.row_word(name), coding.row_word(bare(name))):
            spec["partner"] = _REST
            found.remarks.append(f"CHECK partner: column {name!r} is taken as {_REST}, all that is not named")
        elif is_total(bare(name)) or is_total(name):
            spec["partner"] = "all"
            if spec.get("flow") == "trade":
                del spec["flow"]
    found.remarks.append(f"partner: {len(named)} columns are partners, such as {next(iter(named))!r}")


def partner_in(name: str) -> str | None:
    """The partner that a name of a column is, beside words of flow, measure and unit."""
    return coding.by_name("partner", name) or coding.by_name("partner", bare(name))
