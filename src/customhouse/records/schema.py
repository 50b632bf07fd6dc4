"""The declaration, one line a declared item: its fields, their names elsewhere, the records they become.

Field names follow the classes of the WCO Data Model 3 and the concepts of IMTS 2010 (the chapter
of the manual is named: II trade system, III commodity, IV valuation, V quantity, VI partner
country, VII mode of transport).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "integer", "date", "amount", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a declaration: what it holds, whether a line can do without it, its names elsewhere."""

    name: str
    kind: Kind
    required: bool
    meaning: str
    wco: str
    imts: str


DECLARATION = (
    Field("declaration_id", "text", True, "number of the declaration", "Declaration.ID", ""),
    Field(
        "line",
        "integer",
        True,
        "number of the item in it, from 1",
        "GovernmentAgencyGoodsItem.SequenceNumeric",
        "",
    ),
    Field(
        "date",
        "date",
        True,
        "day of acceptance or release, the time of recording",
        "Declaration.AcceptanceDateTime",
        "I time of recording",
    ),
    Field(
        "flow",
        "text",
        True,
        "exports, imports, re_exports or re_imports",
        "Declaration.TypeCode",
        "I coverage",
    ),
    Field("hs_code", "text", True, "6 to 10 digits", "Commodity.Classification.ID", "III"),
    Field(
        "partner",
        "text",
        True,
        "origin of imports, last known destination of exports",
        "Origin.CountryCode, Destination.CountryCode",
        "VI",
    ),
    Field("consignment", "text", False, "country of consignment", "ExportCountry.ID", "VI"),
    Field(
        "region",
        "text",
        False,
        "where the goods are made or used in the country",
        "Origin.CountrySubDivision.ID",
        "VI regions",
    ),
    Field("enterprise", "text", False, "ownership of the trader", "Importer.RoleCode", ""),
    Field("trader_id", "text", False, "who trades, as a number or pseudonym", "Importer.ID, Exporter.ID", ""),
    Field("regime", "text", False, "customs procedure", "GovernmentProcedure.CurrentCode", "II"),
    Field("transport", "text", False, "mode at the border", "BorderTransportMeans.ModeCode", "VII"),
    Field("office", "text", False, "customs office, 4 digits", "DeclarationOffice.ID", ""),
    Field(
        "value",
        "amount",
        True,
        "statistical value in `currency`",
        "GovernmentAgencyGoodsItem.StatisticalValueAmount",
        "IV",
    ),
    Field("currency", "text", False, "ISO 4217", "StatisticalValueAmount.currencyID", "IV"),
    Field("basis", "text", False, "CIF or FOB", "TradeTerms.ConditionCode", "IV"),
    Field(
        "value_cif",
        "amount",
        False,
        "value with insurance and freight, where both are known",
        "CustomsValuation.ChargeDeduction",
        "IV",
    ),
    Field(
        "value_fob",
        "amount",
        False,
        "value without them, where both are known",
        "CustomsValuation.ChargeDeduction",
        "IV",
    ),
    Field("quantity", "amount", False, "in `quantity_unit`", "GoodsMeasure.TariffQuantity", "V"),
    Field(
        "quantity_unit", "text", False, "unit of the quantity", "GoodsMeasure.TariffQuantity.unitCode", "V"
    ),
    Field(
        "supplementary_quantity",
        "amount",
        False,
        "in `supplementary_unit`",
        "GoodsMeasure.SupplementaryQuantity",
        "V",
    ),
    Field(
        "supplementary_unit",
        "text",
        False,
        "unit of the supplementary quantity",
        "GoodsMeasure.SupplementaryQuantity.unitCode",
        "V",
    ),
    Field("net_mass_kg", "amount", False, "net mass in kilograms", "GoodsMeasure.NetNetWeightMeasure", "V"),
    Field(
        "function",
        "text",
        False,
        "original, amendment or cancellation (9, 4 or 5, 1 of UN/EDIFACT 1225); a cancelled line no longer "
        "counts in the month of its day",
        "Declaration.FunctionCode",
        "",
    ),
)
"""Every field that a line can have, in order. Fields that a line can do without may be absent from a file."""

TARGETING = (
    Field("declarant_id", "text", False, "who declares for the trader, as a number or pseudonym",
          "Declarant.ID", ""),
    Field("value_cny", "number", False, "statistical value in yuan, in place of `value` and `currency`",
          "GovernmentAgencyGoodsItem.StatisticalValueAmount", "IV"),
    Field("duty_rate", "number", False, "rate of duty, 0.08 for 8%", "DutyTaxFee.TaxRateNumeric", ""),
    Field("duty_rate_percent", "number", False, "the same as per cent, 8", "DutyTaxFee.TaxRateNumeric", ""),
    Field("duty_cny", "number", False, "duty and taxes as declared, in yuan",
          "DutyTaxFee.Payment.TaxAssessedAmount", ""),
    Field("aeo", "flag", False, "whether the trader is an authorised economic operator",
          "AEOMutualRecognitionParty.ID", ""),
    Field("inspected", "flag", False, "whether the item was inspected", "", ""),
    Field("fraud", "flag", False, "what the inspection found; blank where nobody inspected", "", ""),
    Field("revenue", "number", False, "what the inspection recovered, in the currency of the value", "", ""),
    Field("revenue_cny", "number", False, "the same in yuan", "", ""),
    Field("finished", "date", False, "day on which the outcome of the inspection was known", "", ""),
)  # fmt: skip
"""What targeting reads of a line besides, all of which it can do without. Statistics pass it over."""

FIELDS = {field.name: field for field in DECLARATION}
ADDED = {field.name: field for field in TARGETING}
REQUIRED = tuple(field.name for field in DECLARATION if field.required)

RECORD_SCHEMA = pa.schema(
    [
        pa.field("declaration_id", pa.string()),
        pa.field("line", pa.int32()),
        pa.field("date", pa.date32()),
        pa.field("flow", pa.string()),
        pa.field("hs_code", pa.string()),
        pa.field("partner", pa.string()),
        pa.field("consignment", pa.string()),
        pa.field("region", pa.string()),
        pa.field("enterprise", pa.string()),
        pa.field("trader_id", pa.string()),
        pa.field("regime", pa.string()),
        pa.field("transport", pa.string()),
        pa.field("office", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("basis", pa.string()),
        pa.field("value_cents", pa.int64()),
        pa.field("quantity_milli", pa.int64()),
        pa.field("quantity_unit", pa.string()),
        pa.field("supplementary_milli", pa.int64()),
        pa.field("supplementary_unit", pa.string()),
        pa.field("net_mass_g", pa.int64()),
        pa.field("flags", pa.int64()),
    ]
)
"""An accepted line: codes are ours, amounts whole numbers (hundredths, thousandths, grams)."""

RECORD_COLUMNS = tuple(RECORD_SCHEMA.names)
BEYOND = "cells_beyond"
"""The column of what stands in a file beyond the last name of a column."""
CANCELLED = -1
"""In place of the mask of what rejects a line: it cancels one, or is cancelled by its own load."""
KEY = ("declaration_id", "line")
"""What tells one declared item from every other."""

CELL_KEYS = (
    "flow",
    "partner",
    "hs8",
    "region",
    "enterprise",
    "regime",
    "transport",
    "currency",
    "basis",
    "quantity_unit",
    "supplementary_unit",
)
"""What a cell is about besides its month. Unlike units and currencies are never added."""

CELL_SUMS = ("value_cents", "quantity_milli", "supplementary_milli", "net_mass_g", "lines")
CELL_SCHEMA = pa.schema(
    [
        *(pa.field(key, pa.string()) for key in CELL_KEYS),
        *(pa.field(name, pa.int64()) for name in (*CELL_SUMS, "traders")),
        pa.field("month_number", pa.int32()),
        pa.field("vintage", pa.int32()),
        pa.field("source", pa.string()),
    ]
)
"""A cell: sums over the accepted lines of a month, and their traders (whose numbers do not add up)."""
