"""Rules from YAML, and which of them hold of declarations.

    rules:
      - name: cars_below_price
        words: {en: Cars declared far below their usual price, zh: "..."}
        when: {hs_code: ["8703"], unit_value_cny: {below: 60}}   # see criteria.py
        lane: inspection        # or documents, or release: later rules and the model leave it alone
        share: 0.8              # of those it holds of, chosen at random; 1 where it is left out
        precedence: 10          # the lower goes first; 100 where it is left out
        first_day: 2025-01-01   # open where it is left out
        last_day: 2025-12-31    # the last day on which it is in force
        trusted: false          # of trusted holders too?
        beyond_budget: false    # whatever the budget is?

No rule keeps a declaration from being drawn at random. What does not fit together is refused, with its
line: keys, columns and lists that there are not, names that stand twice, shares outside 0 to 1, days that
end before they begin, criteria that nothing meets, and rules that say the same or contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from customhouse.errors import TargetingError
from customhouse.model import LANGUAGES
from customhouse.targeting import told as reading
from customhouse.targeting.criteria import Lists, condition, lists
from customhouse.targeting.fields import Fields
from customhouse.targeting.listing import as_day, day_of, shown
from customhouse.targeting.rules import Lane, Rule
from customhouse.targeting.selection import Chooser
from customhouse.targeting.told import Told

if TYPE_CHECKING:
    from customhouse.targeting.history import Flags, Whole

_KEYS = (
    "name", "words", "when", "lane", "share", "precedence", "first_day", "last_day", "trusted",
    "beyond_budget",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Which rules hold of which declarations: `holds[rule][row]`, in the order of the rulebook."""

    rules: tuple[Rule, ...]
    holds: tuple[Flags, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """Rules in the order of precedence, then of the file."""

    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, given: Any, *, columns: Iterable[str] | None = None, day: Any = None) -> Rulebook:
        """The rules of a YAML file (a path), of a list of mappings, or of a mapping with lists and rules.

        With `columns` a rule that looks at another is refused at once, and not when it is asked of a
        table; with `day` a rule that has expired by then is refused. Raises TargetingError with the place
        in the file, UnreadableFile.
        """
        said = reading.read(given) if isinstance(given, (str, Path)) else reading.plain(given, "rules")
        if isinstance(said.value, list):
            said = Told({"rules": said}, said.place)
        parts = said.parts("a rulebook")
        said.only(("name", "lists", "rules"))
        known = lists(parts.get("lists"))
        listed = parts.get("rules", Told([], said.place)).value
        if not isinstance(listed, list):
            raise said.wrong("rules is no list", "write `rules:` and one `- name: ...` a rule")
        found = [_rule(one, known) for one in listed]
        _together(found)
        for rule in found:
            _in_force(rule, columns, day)
        return cls(tuple(sorted(found, key=lambda rule: rule.precedence)))

    def __len__(self) -> int:
        return len(self.rules)

    def matches(self, frame: Any, day: Any = None) -> Matches:
        """Which rules hold of the rows of a DataFrame on their days (column date), or all on one `day`.

        Raises TargetingError for a column that the table lacks, with the place of the rule.
        """
        import numpy as np

        fields = frame if isinstance(frame, Fields) else Fields(frame)
        days: Whole = fields.lodged() if day is None else np.full(len(fields), as_day(day))
        for rule in self.rules:
            _columns(rule, fields.columns)
        return Matches(self.rules, tuple(rule.holds(fields, days) for rule in self.rules))

    def choosers(self) -> tuple[Chooser, ...]:
        """What a selection keeps of the rules."""
        return tuple(
            Chooser(one.name, one.share, one.lane, one.precedence, one.trusted, one.beyond_budget)
            for one in self.rules
        )

    def expired(self, day: Any) -> tuple[Rule, ...]:
        """The rules whose last day is before a day."""
        return tuple(one for one in self.rules if one.last_day is not None and one.last_day < as_day(day))


def _rule(told: Told, known: Lists) -> Rule:
    parts = told.parts("a rule")
    told.only(_KEYS)
    for key in ("name", "words", "when"):
        if key not in parts:
            raise told.wrong(f"a rule without {key}", f"add `{key}: ...`")
    first, last = (_end(parts, key) for key in ("first_day", "last_day"))
    rule = Rule(
        parts["name"].text("name"), _words(parts["words"]), condition(parts["when"], known),
        _share(parts.get("share")), _lane(parts.get("lane")), _precedence(parts.get("precedence")),
        first, last, _flag(parts, "trusted"), _flag(parts, "beyond_budget"), told.place,
    )  # fmt: skip
    if first is not None and last is not None and last < first:
        raise parts["last_day"].wrong(f"the rule {rule.name} ends before it begins", "exchange the days")
    if rule.beyond_budget and rule.lane == "release":
        raise told.wrong(f"the rule {rule.name} releases, and needs no budget", "leave out beyond_budget")
    return rule


def _words(told: Told) -> Mapping[str, str]:
    if not isinstance(told.value, dict):
        return dict.fromkeys(LANGUAGES, told.text("words"))
    told.only(LANGUAGES)
    lacking = [one for one in LANGUAGES if one not in told.value]
    if lacking:
        raise told.wrong(f"words lack {lacking[0]}", "say it in both languages, or once without naming one")
    return {one: told.value[one].text("words") for one in LANGUAGES}


def _share(told: Told | None) -> float:
    if told is None:
        return 1.0
    found = told.number("share")
    if not 0 <= found <= 1:
        raise told.wrong(f"a share of {found:g}", "it lies between 0 and 1")
    return found


def _lane(told: Told | None) -> Any:
    if told is None:
        return "inspection"
    if told.text("lane") not in get_args(Lane):
        raise told.wrong(f"no lane {told.value!r}", f"there are {', '.join(get_args(Lane))}")
    return told.value


def _precedence(told: Told | None) -> int:
    if told is None:
        return 100
    found = told.number("precedence")
    if found % 1 or not 0 <= found <= 1_000_000:
        raise told.wrong(f"a precedence of {found:g}", "give a whole number from 0")
    return int(found)


def _end(parts: Mapping[str, Told], key: str) -> int | None:
    return day_of(parts[key].text(key), f"{parts[key].place}, {key}") if key in parts else None


def _flag(parts: Mapping[str, Told], key: str) -> bool:
    return key in parts and parts[key].flag(key)


def _together(rules: list[Rule]) -> None:
    """Raises TargetingError for rules that do not fit together."""
    named: dict[str, Rule] = {}
    said: dict[Any, list[Rule]] = {}
    for rule in rules:
        plain = " ".join(rule.name.casefold().replace("_", " ").split())
        if plain in named:
            raise TargetingError(f"{rule.place}: a second rule named {rule.name}, after that of "
                                 f"{named[plain].place}; give each a name of its own")  # fmt: skip
        named[plain] = rule
        for other in said.setdefault(rule.when, []):
            _both(other, rule)
        said[rule.when].append(rule)


def _both(one: Rule, other: Rule) -> None:
    """Two rules of the same criteria."""
    lanes = {one.lane, other.lane}
    if not one.meets(other) or lanes == {"inspection", "documents"} or one.trusted != other.trusted:
        return
    told = f"{other.place}: the rule {other.name} has the criteria of {one.name} ({one.place})"
    if len(lanes) == 1:
        raise TargetingError(f"{told} and says the same; keep one")
    raise TargetingError(f"{told} and contradicts it: one releases what the other chooses; keep one")


def _in_force(rule: Rule, columns: Iterable[str] | None, day: Any) -> None:
    if columns is not None:
        _columns(rule, tuple(columns))
    if day is not None and rule.last_day is not None and rule.last_day < as_day(day):
        raise TargetingError(f"{rule.place}: the rule {rule.name} has expired on {shown(rule.last_day)}; "
                             f"leave it out, or renew it if it still finds anything")  # fmt: skip


def _columns(rule: Rule, columns: tuple[str, ...]) -> None:
    lacking = [one for one in rule.when.columns() if one not in columns]
    if lacking:
        told = f"{rule.place}: the rule {rule.name} looks at the column {lacking[0]}, which is not there"
        raise TargetingError(f"{told}; there are {', '.join(columns)}")
