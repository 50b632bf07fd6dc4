"""The rules as expressions: every line gets the mask of what rejects it and of what flags it.

One month at a time, since codes are valid from a month to a month. The rules that need more than
the line itself (duplicates, unit values of a stratum) are in `strata` and `duplicates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw
import pyarrow as pa

from customhouse.engine import Engine
from customhouse.records.listed import floats, texts
from customhouse.records.parse import LARGEST, OF_FILES, UNLIKE, Intake, rounded, said
from customhouse.records.reasons import bits
from customhouse.records.schema import CANCELLED
from customhouse.records.valid import CODED, Valid
from customhouse.vocabulary import hs
from customhouse.vocabulary.tables import rows, split

FLOWS = ("exports", "imports", "re_exports", "re_imports")
_UNITS = {"quantity": "quantity_unit", "supplementary_quantity": "supplementary_unit"}
_TOLERANCE = 10
_NINE = 9
_NAMING = ("declaration_missing", "declaration_garbled", "line_invalid", "date_invalid", "date_in_future")
"""The rules for what tells one line, and its month, from all others."""


def check(
    parsed: nw.LazyFrame[Any],
    valid: Valid,
    engine: Engine,
    today: date,
    intake: Intake,
    keep_raw: bool = False,
) -> nw.LazyFrame[Any]:
    """Parsed declarations with our codes, the record columns, `rejected` and `flags` (masks, Int64), `raw`.

    `raw` is left to rejected lines alone, unless `keep_raw`.
    """
    frame, unknown = _coded(_united(parsed, valid, engine), valid, engine)
    unknown["currency_unknown"] = _unlisted_currency(valid, intake)
    even = nw.col("hs_code").str.contains("^([0-9]{2}){3,5}$")
    # Looked up before headings are joined: an engine would do what comes later again where lines are chosen.
    frame = frame.with_columns(**unknown, even=even).with_columns(**_coded_well(valid))
    frame = _headed(frame, valid, engine)
    there = parsed.collect_schema().names()
    found = [rule for rule in OF_FILES if rule in there]
    rejects = _rejects(valid, today) | {rule: nw.col(rule) for rule in (*unknown, *found) if rule != UNLIKE}
    flags = _flags(valid) | {rule: nw.col(rule) for rule in found if rule == UNLIKE}
    raw, cancels = said(parsed), nw.col("function").is_in(functions(cancels=True))
    frame = frame.with_columns(
        rejected=nw.when(cancels).then(_of_cancelling(rejects)).otherwise(_mask("reject", rejects)),
        flags=nw.when(cancels).then(nw.lit(bits("flag")["cancels"])).otherwise(_mask("flag", flags)),
        flow=nw.when((nw.col("flow") == "imports") & (nw.col("partner") == intake.reporter))
        .then(nw.lit("re_imports"))
        .otherwise(nw.col("flow")),
    )
    return frame.select(
        "declaration_id",
        nw.col("line").cast(nw.Int32),
        "date",
        "flow",
        "hs_code",
        "partner",
        "consignment",
        "region",
        "enterprise",
        "trader_id",
        "regime",
        "transport",
        "office",
        "currency",
        "basis",
        nw.col("value").alias("value_cents"),
        nw.col("quantity").alias("quantity_milli"),
        "quantity_unit",
        nw.col("supplementary_quantity").alias("supplementary_milli"),
        "supplementary_unit",
        nw.col("net_mass_kg").alias("net_mass_g"),
        "flags",
        "rejected",
        raw=raw if keep_raw else nw.when(nw.col("rejected") != 0).then(raw),
    )


def _coded(
    frame: nw.LazyFrame[Any], valid: Valid, engine: Engine
) -> tuple[nw.LazyFrame[Any], dict[str, nw.Expr]]:
    """Our codes in place of the source's; which rules an unknown one breaks."""
    unknown: dict[str, nw.Expr] = {}
    for name in CODED:
        table = valid.codes[name]
        if all(outside == ours for outside, ours in table.items()):
            unknown[f"{name}_unknown"] = ~nw.col(name).is_in(list(table))
            continue
        ours = f"{name}_ours"
        small = engine.arrow(pa.table({name: texts([*table]), ours: texts([*table.values()])}))
        frame = frame.join(small, on=name, how="left")
        frame = frame.with_columns(**{f"{name}_outside": nw.col(name), name: nw.col(ours)})
        unknown[f"{name}_unknown"] = ~nw.col(f"{name}_outside").is_null() & nw.col(name).is_null()
    return frame, unknown


def _headed(frame: nw.LazyFrame[Any], valid: Valid, engine: Engine) -> nw.LazyFrame[Any]:
    """With `heading_unit`, the kind of unit of its HS heading, null where the heading is not in force."""
    table = pa.table(
        {
            "heading": texts([*valid.headings]),
            "heading_unit": texts([kind or "" for kind in valid.headings.values()]),
        }
    )
    frame = frame.with_columns(heading=nw.col("hs_code").str.slice(0, 6))
    return frame.join(engine.arrow(table), on="heading", how="left")


def _united(frame: nw.LazyFrame[Any], valid: Valid, engine: Engine) -> nw.LazyFrame[Any]:
    """Quantities in the base unit of their kind, with `..._kind` columns; null kind where unknown."""
    known = valid.units.values()
    factors = [None if unit.factor == 1 else float(unit.factor) for unit in known]
    made: dict[str, nw.Expr] = {}
    for amount, unit in _UNITS.items():
        table = {
            unit: texts([*valid.units]),
            f"{amount}_kind": texts([one.measures for one in known]),
            f"{unit}_base": texts([one.base for one in known]),
            f"{amount}_factor": floats(factors),
        }
        frame = frame.join(engine.arrow(pa.table(table)), on=unit, how="left")
        made |= {f"{unit}_outside": nw.col(unit), unit: nw.col(f"{unit}_base")}
        made[amount] = _scaled(amount, nw.col(f"{amount}_factor"))
    return frame.with_columns(**made)


def _scaled(amount: str, factor: nw.Expr) -> nw.Expr:
    """An amount in the base unit, halves up; -2 where that is too large. No factor is one of 1."""
    number = nw.col(amount)
    scaled = rounded(number.cast(nw.Float64), factor)
    within = nw.when(scaled <= LARGEST * 1000).then(scaled.cast(nw.Int64)).otherwise(nw.lit(-2))
    return (
        nw.when(factor.is_null() | number.is_null() | (number < 0))
        .then(number)
        .otherwise(within.cast(nw.Int64))
    )


def _rejects(valid: Valid, today: date) -> dict[str, nw.Expr]:
    col = nw.col
    return {
        "declaration_missing": col("declaration_id").is_null(),
        "line_invalid": col("line").is_null() | (col("line") < 1),
        "date_invalid": col("date").is_null(),
        "date_in_future": col("date") > nw.lit(today),
        "flow_unknown": col("flow").is_null() | ~col("flow").is_in(FLOWS),
        "hs_invalid": col("hs_code").is_null() | ~col("digits"),
        "hs_not_valid_then": _not_listed() if valid.edition else nw.lit(False),
        "hs_zero_lost": nw.when(col("unzeroed")).then(~_doubtful()).otherwise(nw.lit(False)),
        "partner_missing": col("partner").is_null() & ~_outside("partner", valid),
        "value_invalid": col("value").is_null()
        | col("value").is_in([-1, 0])
        | (col("value_cif") == -1)
        | (col("value_fob") == -1),
        "value_out_of_range": (col("value") == -2) | (col("value_cif") == -2) | (col("value_fob") == -2),
        "basis_unknown": ~col("basis").is_in(["CIF", "FOB"]),
        "cif_below_fob": (col("value_cif") >= 0) & (col("value_cif") < col("value_fob")),
        "quantity_invalid": (col("quantity") < 0) | (col("supplementary_quantity") < 0),
        "unit_unknown": _lost("quantity") | _lost("supplementary"),
        "unit_does_not_fit": _misfit("quantity_kind") | _misfit("supplementary_quantity_kind"),
        "mass_invalid": col("net_mass_kg") < 0,
        "function_unknown": ~col("function").is_in([*functions(cancels=False), *functions(cancels=True)]),
    }


def functions(cancels: bool) -> list[str]:
    """What a line can have as its function, by our words and those of UN/EDIFACT 1225."""
    told = (row for row in rows("declaration_functions") if (row["cancels"] == "yes") == cancels)
    return [code for row in told for code in (row["code"], *split(row["edifact"]))]


def _of_cancelling(rejects: Mapping[str, nw.Expr]) -> nw.Expr:
    """A line that cancels has to name the other and its month, and nothing else."""
    mask = _mask("reject", {rule: rejects[rule] for rule in _NAMING if rule in rejects})
    return nw.when(mask == 0).then(nw.lit(CANCELLED)).otherwise(mask).cast(nw.Int64)


def _unlisted_currency(valid: Valid, intake: Intake) -> nw.Expr:
    """Whether a currency is in no list; a pattern for those alone that are not the usual one."""
    other = ~nw.col("currency").str.contains(f"^(?:{'|'.join(valid.currencies)})$")
    usual = nw.lit(intake.currency in valid.currencies) & (nw.col("currency") == intake.currency)
    return nw.when(usual).then(nw.lit(False)).otherwise(other)


def _coded_well(valid: Valid) -> dict[str, nw.Expr]:
    """Whether codes have 6 to 10 digits, and which of an odd number are in force with a zero before them."""
    even, code = nw.col("even"), nw.col("hs_code")
    zeros = "|".join(sorted(heading[1:] for heading in valid.headings if heading.startswith("0")))
    # A pattern, not a list: an engine looks every line up in a long list, and odd ones alone in this.
    odd = code.str.contains(f"^(?:{zeros})[0-9]{{2}}([0-9]{{2}})?$") if zeros else nw.lit(False)
    return {
        "digits": nw.when(even).then(nw.lit(True)).otherwise(code.str.contains("^[0-9]{6,10}$")),
        "unzeroed": nw.when(even).then(nw.lit(False)).otherwise(odd),
    }


def _doubtful() -> nw.Expr:
    """Whether a code of 9 digits is in force as it stands: some tariffs have as many."""
    return (nw.col("hs_code").str.len_chars() == _NINE) & ~nw.col("heading_unit").is_null()


def _not_listed() -> nw.Expr:
    """Whether a heading is in no list of its date, nor in a chapter that countries fill as they like."""
    national = nw.col("hs_code").str.slice(0, 2).is_in(hs.NATIONAL)
    # A choice between two is worked out for those lines alone that it is about, which are few.
    here = nw.col("digits") & ~nw.col("unzeroed") & ~national
    odd = nw.when(nw.col("heading_unit").is_null()).then(here)
    return odd.otherwise(nw.lit(False))


def _outside(name: str, valid: Valid) -> nw.Expr:
    """Whether the source had a code there, though none that we know."""
    table = valid.codes[name]
    if all(outside == ours for outside, ours in table.items()):
        return nw.lit(False)
    return ~nw.col(f"{name}_outside").is_null()


def _lost(name: str) -> nw.Expr:
    """A unit in no list, or an amount without a unit: it could be added to nothing."""
    unit, amount = f"{name}_unit", "quantity" if name == "quantity" else f"{name}_quantity"
    return nw.col(unit).is_null() & (~nw.col(f"{unit}_outside").is_null() | ~nw.col(amount).is_null())


def _misfit(kind: str) -> nw.Expr:
    """A kind of unit that is neither mass nor the heading's own; mass measures all goods."""
    return (
        (nw.col(kind) != "mass") & (nw.col("heading_unit") != "") & (nw.col(kind) != nw.col("heading_unit"))
    )


def _flags(valid: Valid) -> dict[str, nw.Expr]:
    col = nw.col
    inward = col("flow").is_in(["imports", "re_imports"])
    apart = (col("quantity") - col("net_mass_kg")).abs() * _TOLERANCE > col("net_mass_kg")
    return {
        "quantity_missing": col("quantity").is_null() & col("net_mass_kg").is_null(),
        "trader_missing": col("trader_id").is_null(),
        "basis_unusual": nw.when(inward).then(col("basis") == "FOB").otherwise(col("basis") == "CIF"),
        "mass_above_quantity": (col("quantity_unit") == "kg") & apart,
        "hs_zero_doubtful": col("unzeroed"),  # of accepted lines: of others it is the reason
    } | ({} if valid.edition else {"hs_edition_unknown": _not_listed()})


def _mask(severity: Any, broken: Mapping[str, nw.Expr]) -> nw.Expr:
    """The sum of the bits of the rules that are broken; a rule that cannot tell (null) is not.

    Few lines break any: of the others nothing is added up.
    """
    numbers = bits(severity)
    parts = [nw.when(rule).then(nw.lit(numbers[code])).otherwise(nw.lit(0)) for code, rule in broken.items()]
    total = nw.when(reduce(or_, broken.values())).then(reduce(add, parts)).otherwise(nw.lit(0))
    return total.cast(nw.Int64)
