"""What targeting at the desk says in both languages; its words are in targeting_words.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from customhouse import describe
from customhouse.interface import say
from customhouse.vocabulary.lexicon import plural

if TYPE_CHECKING:
    from customhouse.desk.targeting_tables import Lanes, Learnt
    from customhouse.targeting.intake.declarations import Declared
    from customhouse.targeting.intake.notes import Note
    from customhouse.targeting.intake.outcomes import Outcomes
    from customhouse.targeting.leakage import Leakage

_COUNTED = ("outcome_later", "outcome_pending", "outcome_unasked", "outcome_left", "outcome_blank",
            "outcome_rows")  # fmt: skip
_NOUNS = ("row", "declaration", "simulated declaration", "outcome", "inspection", "budget", "rule",
          "accredited trader")  # fmt: skip
_ONE = {plural(one): one for one in _NOUNS}
_MANY = re.compile(rf"(?<![\d.,\w-])1 ({'|'.join(_ONE)})\b")
_INDENT = "  "
_LONGEST = 60
"""Characters of what is quoted from a file at most."""


def word(code: str, language: str, **places: object) -> str:
    """A word with its `{places}` filled, one of a kind in the singular.

    Raises VocabularyError for a code or language that it lacks.
    """
    return singular(say("targeting_words", code, language, **places))


def singular(text: str) -> str:
    """A text with one of a kind in the singular: `1 declaration`."""
    return _MANY.sub(lambda found: f"1 {_ONE[found[1]]}", text)


def count(number: float) -> str:
    """A whole number with marks between thousands."""
    return f"{number:,.0f}"


def percent(share: float) -> str:
    """A share as per cent, to one decimal."""
    return f"{100 * share:.1f}%"


def account(declared: Declared, language: str, outcomes: Outcomes | None = None) -> list[str]:
    """What was read, set aside and flagged, a line each, and where something first wants mending."""
    lines = [word("rows_read", language, rows=count(declared.rows), used=count(len(declared)),
                  aside=count(declared.aside.num_rows), outside=count(declared.outside))]  # fmt: skip
    lines += _listed(declared.reasons(), "reason", language)
    lines += [f"{_INDENT}{count(n)} {_flag(code, language)}" for code, n in declared.flags.items()]
    lines += notes(declared.notes, language)
    if outcomes is not None:
        counts = outcomes.counts
        lines.append(word(
            "outcomes_read", language, used=count(counts["outcomes_used"]),
            inspected=count(outcomes.inspected.sum()), frauds=count((outcomes.fraud == 1).sum()),
            aside=count(counts["outcomes_aside"]),
        ))  # fmt: skip
        lines += _listed(outcomes.reasons(), "reason", language)
        lines += _listed({code: counts[code] for code in _COUNTED if counts[code]}, "count", language)
        lines += notes(outcomes.notes, language)
    return lines


def notes(found: Iterable[Note], language: str) -> list[str]:
    """What to mind, a line each."""
    return [
        word(f"note_{one.code}", language, count=count(one.count),
             **{name: _cut(said) for name, said in one.said.items()})
        for one in found
    ]  # fmt: skip


def _cut(text: str) -> str:
    """What is quoted from a file, no more than fits a line."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def as_data(found: Iterable[Note]) -> list[dict[str, Any]]:
    """Notes as plain data."""
    return [{"code": one.code, "count": one.count, **one.said} for one in found]


def _listed(counts: Mapping[str, int], kind: str, language: str) -> list[str]:
    return [f"{_INDENT}{count(n)} {word(f'{kind}_{code}', language)}" for code, n in counts.items()]


def _flag(code: str, language: str) -> str:
    if f"flag_{code}" in describe.words("targeting_words"):
        return word(f"flag_{code}", language)
    field, _, kind = code.rpartition("_")
    return word(f"flag_{kind}", language, field=field)


def fitted(learnt: Learnt, path: str, language: str) -> list[str]:
    """What a model was learnt from."""
    trained, code = learnt.trained, "fitted" if learnt.outcomes.has_revenue else "fitted_plain"
    said = [word(
        code, language, path=path, fingerprint=learnt.model.fingerprint, first=trained.first,
        last=trained.last, declarations=count(trained.declarations), inspected=count(trained.inspected),
        rate=percent(trained.frauds / max(1, trained.inspected)), revenue=count(trained.revenue_cny),
    )]  # fmt: skip
    return [*said, word("as_known", language, day=trained.as_of)] if trained.as_of else said


def leaks(found: Leakage, language: str) -> str:
    """The warning that a plain look-up tells the outcomes."""
    from customhouse.targeted.words import Printer

    columns = Printer(language).columns(found.columns)
    return word("leaks", language, columns=columns, auc=f"{found.auc:.2f}", repeated=percent(found.repeated))


def laned(found: Lanes, log: Any, language: str) -> list[str]:
    """How many declarations are in which lane, and by what."""
    from customhouse.targeting.cells import below_one
    from customhouse.targeting.selection import BASES, LANES

    chosen, lanes = found.selection, dict.fromkeys(LANES, 0)
    lanes |= {name: int((chosen.lane == number).sum()) for number, name in enumerate(LANES)}
    bases = {name: count((chosen.inspected & (chosen.basis == number)).sum())
             for number, name in enumerate(BASES)}  # fmt: skip
    lines = [
        word("laned", language, count=count(len(chosen)), fingerprint=found.model, seed=chosen.seed,
             **{name: count(n) for name, n in lanes.items()}),
        word("laned_basis", language, **bases),
    ]  # fmt: skip
    if chosen.trusted.any():
        both = (chosen.trusted & chosen.inspected).sum()
        lines.append(word("laned_trusted", language, trusted=count(chosen.trusted.sum()), red=count(both)))
    few, budgets = below_one(chosen.office, chosen.day, chosen.policy)
    if 2 * few > budgets and not (chosen.policy.pool and chosen.policy.every_days > 1):
        lines.append(word("laned_by_lot", language, few=count(few), budgets=count(budgets)))
    if found.entry is not None:
        lines.append(word("logged", language, entry=found.entry, path=log))
    return lines


def by_office(table: Any, language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Any, ...]]:
    """How many declarations of each office are in which lane: codes, headings, rows."""
    from collections import Counter

    codes = ("office", "declarations", "red", "yellow", "green")
    counts: dict[str, Counter[str]] = {}
    offices = table["office"].to_pylist() if "office" in table.column_names else [None] * table.num_rows
    for office, lane in zip(offices, table["lane"].to_pylist(), strict=True):
        counts.setdefault(office or word("office_missing", language), Counter())[lane] += 1
    rows = tuple((office, sum(lanes.values()), *(lanes[one] for one in codes[2:]))
                 for office, lanes in sorted(counts.items()))  # fmt: skip
    return codes, tuple(word(f"column_{one}", language) for one in codes), rows


def cell(name: str, value: Any, language: str) -> Any:
    """A cell of a list as it is shown."""
    if value is None:
        return None
    if name == "fraud_probability":
        return f"{100 * value:.1f}"
    if name in ("value_cny", "expected_revenue_cny"):
        return None if value != value else count(value)
    if name == "basis":
        return word(f"basis_{value}", language)
    return value if name == "rank" else str(value)
