"""The form of the Query page: what can be chosen, and what is chosen now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from customhouse import describe as words
from customhouse.period import Period
from customhouse.query.assemble import ORDER
from customhouse.query.model import PARTS, TIMES
from customhouse.query.options import FLOWS
from customhouse.vocabulary import rows
from customhouse.web.pages.query_asked import Choices
from customhouse.web.pages.query_offer import Offer, groups_of
from customhouse.web.pages.query_options import pretty
from customhouse.web.pages.query_tree import titles
from customhouse.web.words import fill, known, word

_MEASURES = (
    "value",
    "quantity",
    "price",
    "growth",
    "change",
    "share",
    "share_change",
    "contribution",
    "rank",
    "count",
    "multiple",
    "record",
    "streak",
    "gap",
)
_USUAL_MEASURES = 8
"""Measures that are shown at once; the others stand behind them."""
_GROUPED = ("macro", "cluster", "mode")


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list: its value, what it is called, whether it is chosen."""

    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. With `options` it is a list, else a line to write in that `listed` completes."""

    name: str
    label: str
    value: str = ""
    options: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    off: str = ""
    """Why nothing can be chosen."""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Form:
    """All fields, by where they stand."""

    measures: tuple[Option, ...]
    what: tuple[Field, ...]
    parts: tuple[Field, ...]
    times: tuple[Field, ...]
    more: tuple[Field, ...]
    opened: bool


def form(choices: Choices, offer: Offer, sources: Sequence[str], language: str) -> Form:
    """The form with the choices of an address, or with what its words became."""
    make = _Making(choices, offer, language)
    which = make.which(sources)
    shown = [field for field in which if field.name == "source"] if len(sources) > 1 else []
    more = [field for field in which if field not in shown] + make.special()
    opened = any(choices.get(field.name) for field in more if field.name != "source")
    return Form(make.measures(), (*shown, make.flow()), make.parts(), make.times(), tuple(more), opened)


class _Making:
    """The fields of one form in one language."""

    def __init__(self, choices: Choices, offer: Offer, language: str) -> None:
        self.choices, self.offer, self.language = choices, offer, language

    def measures(self) -> tuple[Option, ...]:
        """The measures, with those of one another that an address may ask for."""
        chosen = self.choices.measures or ("value",)
        there = [code for code in (*_MEASURES, *sorted(set(ORDER) - set(_MEASURES))) if code in ORDER]
        return tuple(
            Option(c, self._measure(c), c in chosen) for c in (*there, *(c for c in chosen if c not in there))
        )

    def flow(self) -> Field:
        """Exports, imports, their sum, their difference; both one by one."""
        options = [
            (code, words.name(code, self.language, "flow")) for code in ("trade", *FLOWS[:2], FLOWS[-1])
        ]
        options.insert(1, ("exports,imports", self._word("query_flow_each")))
        return self._select("flow", options)

    def parts(self) -> tuple[Field, ...]:
        """Partner, goods and the other dimensions, and along which of them the rows go."""
        found = [
            self._line("partner", "partner"),
            self._line("commodity", "commodity"),
            self._line("hs", "commodity"),
        ]
        found += [self._codes(dimension) for dimension in ("enterprise", "region", "regime", "transport")]
        return tuple(found)

    def times(self) -> tuple[Field, ...]:
        """Period, frequency, what rows run over, how many, compared with what."""
        by = [one.strip() for one in self.choices.get("by").split(",") if one.strip()]
        step = next((axis for axis in by if axis in TIMES), "")
        part = ",".join(axis for axis in by if axis not in TIMES)
        steps = [("", self._word("query_by_none"))] + [(a, self._word(f"query_by_{a}")) for a in TIMES]
        axes = [("", self._word("query_parts_none"))]
        axes += [(a, self._word(f"query_by_{a}")) for a in PARTS if self.offer.has(a)]
        period = Field(
            "period",
            self._word("query_period"),
            self.choices.get("period"),
            listed=tuple(self._periods()),
            hint=self._word("query_period_hint"),
        )
        base = [("previous", self._word("query_on_previous")), *self._periods()]
        return (
            period,
            self._select("by", steps, step, "query_by"),
            self._select("by", axes, part, "query_parts"),
            Field(
                "top",
                self._word("query_top"),
                self.choices.get("top"),
                kind="number",
                hint=self._word("query_top_hint"),
            ),
            Field(
                "base",
                self._word("query_base"),
                self.choices.get("base"),
                listed=tuple(base),
                hint=self._word("query_base_hint"),
            ),
        )

    def which(self, sources: Sequence[str]) -> list[Field]:
        """Which statistics: source, day, versions, currency, concepts."""
        known_as = [
            ("", self._word("query_known_latest")),
            ("first", self._word("query_known_first")),
        ]
        money = [("", fill("query_usual", self.language, x=self.offer.currency))]
        money += [(code, code) for code in self.offer.currencies if code != self.offer.currency]
        found = [
            self._select("source", [(one, one) for one in sources]),
            Field(
                "as_of",
                self._word("query_as_of"),
                self.choices.get("as_of"),
                kind="date",
                hint=self._word("query_as_of_hint"),
            ),
            self._select("known", known_as),
            self._select("base_known", known_as),
            self._select("currency", money),
        ]
        off = "" if self.offer.compiled else self._word("query_off_table")
        for name, usual, other in (
            ("system", "general", "special"),
            ("partner_by", "origin", "consignment"),
            ("returned", "included", "apart"),
        ):
            options = [
                ("", self._word(f"query_{name}_{usual}")),
                (other, self._word(f"query_{name}_{other}")),
            ]
            found.append(self._select(name, options, off=off))
        return found

    def special(self) -> list[Field]:
        """Options that few questions need."""
        names = ("reporter", "whole", "against", "unit", "threshold")
        return [
            Field(n, self._word(f"query_{n}"), self.choices.get(n), hint=self._word(f"query_{n}_hint"))
            for n in names
        ]

    def _word(self, code: str) -> str:
        return word(code, self.language)

    def _measure(self, code: str) -> str:
        named = [words.name(one, self.language, "measure") for one in code.split(",")]
        return self._word("query_of").join(named)

    def _line(self, name: str, dimension: str) -> Field:
        off = "" if self.offer.has(dimension if name != "hs" else "hs2") else self._off(dimension)
        listed = () if off else tuple(titles(self.offer, name))
        return Field(
            name,
            self._word(f"query_{name}"),
            self.choices.get(name),
            listed=listed,
            hint=self._word(f"query_{name}_hint"),
            off=off,
        )

    def _codes(self, dimension: str) -> Field:
        there = self.offer.codes.get(dimension, frozenset())
        off = "" if there else self._off(dimension)
        groups: dict[str, list[tuple[str, str]]] = {"": [("", words.word(f"all_{dimension}", self.language))]}
        for code, kind in groups_of(dimension, there):
            head = f"query_kind_{kind}"
            title = self._word(head) if known(head) else ""
            groups.setdefault(title, []).append((code, words.name(code, self.language, dimension)))
        return self._grouped(dimension, groups, self.choices.get(dimension), off=off)

    def _off(self, dimension: str) -> str:
        return fill("query_off", self.language, what=words.word(dimension, self.language))

    def _select(
        self,
        name: str,
        options: Iterable[tuple[str, str]],
        value: str | None = None,
        label: str = "",
        off: str = "",
    ) -> Field:
        chosen = self.choices.get(name) if value is None else value
        return self._grouped(name, {"": list(options)}, chosen, label, off)

    def _grouped(
        self, name: str, groups: dict[str, list[tuple[str, str]]], chosen: str, label: str = "", off: str = ""
    ) -> Field:
        """A list; what is chosen and not among its entries is added to them."""
        there = {value for many in groups.values() for value, _ in many}
        if chosen and chosen not in there:
            groups[""].append((chosen, self._written(name, chosen)))
        made = tuple((t, tuple(Option(v, n, v == chosen) for v, n in many)) for t, many in groups.items())
        titled = self._word(label or f"query_{name}")
        hint = self._word(f"query_{name}_hint") if known(f"query_{name}_hint") else ""
        return Field(name, titled, chosen, options=made, off=off, hint=hint)

    def _written(self, name: str, chosen: str) -> str:
        """What several codes that were written are called."""
        if name in ("flow", "enterprise", "region", "regime", "transport"):
            parts = [words.name(code.strip(), self.language, name) for code in chosen.split(",")]
            return ", ".join(parts)
        return chosen

    def _periods(self) -> list[tuple[str, str]]:
        """Years, quarters and months that the source has, the latest first."""
        months = set(self.offer.months)
        found: list[Period] = []
        for step in (12, 3, 1):
            starts = sorted({m // step * step for m in months}, reverse=True)
            found += [Period(s, s + step - 1) for s in starts if months.issuperset(range(s, s + step))]
        return [
            (pretty(period), words.period_words(period, self.language)) for period in dict.fromkeys(found)
        ]


def shortcuts(choices: Choices, offer: Offer, language: str) -> list[tuple[str, str, bool]]:
    """Periods at one click: what they are called, how they are written, whether one is chosen."""
    if not offer.months:
        return []
    last = offer.months[-1]
    quarter = (last + 1) // 3 * 3 - 1
    wanted = [
        ("query_last_month", Period(last, last)),
        ("query_last_quarter", Period(quarter - 2, quarter)),
        ("query_to_date", Period(last // 12 * 12, last)),
        ("query_last_12", Period(last - 11, last)),
        ("query_last_year", Period((last + 1) // 12 * 12 - 12, (last + 1) // 12 * 12 - 1)),
        ("query_all", Period(offer.months[0], last)),
    ]
    there = set(offer.months)
    told = [(word(c, language), pretty(p)) for c, p in wanted if {p.first, p.last} <= there]
    return [(name, text, choices.get("period") == text) for name, text in told]


def examples(language: str) -> list[str]:
    """Questions in words that show what can be asked."""
    return [row[language] for row in rows("web") if row["code"].startswith("query_example_")]
