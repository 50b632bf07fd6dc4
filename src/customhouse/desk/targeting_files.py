"""The files beside declarations: policy, budgets, rules, the accredited list."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import BudgetError, TargetingError
from customhouse.targeting import told as reading
from customhouse.targeting.intake import reading as tables

if TYPE_CHECKING:
    from customhouse.targeting.budgets import Policy
    from customhouse.targeting.rulebook import Rulebook
    from customhouse.targeting.trusted import Trusted

_BUDGETS = "budgets"


def policy(path: str | Path | None = None, budgets: str | Path | None = None) -> Policy:
    """The policy of a YAML file, with the budgets of a table by office and day.

    Without files it is the usual one. Raises InputError, TargetingError with the place in the file.
    """
    from customhouse.targeting.budgets import Budgets, Policy

    settings: dict[str, Any] = {}
    if path is not None:
        said = reading.read(path)
        said = reading.Told({}, said.place) if said.value == [] else said
        parts = said.parts("a policy")
        said.only([one.name for one in fields(Policy) if one.name != _BUDGETS])
        settings = {name: _setting(name, one) for name, one in parts.items()}
    if budgets is not None:
        try:
            settings[_BUDGETS] = Budgets.of(rows(budgets))
        except TargetingError as error:
            raise TargetingError(f"{budgets}: {error}") from error
    try:
        return Policy.of(settings)
    except TargetingError as error:
        raise TargetingError(f"{path}: {error}") if path is not None else error from error


@contextmanager
def naming(budgets: str | Path | None) -> Iterator[None]:
    """Budgets that leave out an office or a day are told with their file."""
    try:
        yield
    except BudgetError as error:
        if budgets is None:
            raise
        raise TargetingError(f"{budgets}: {error}") from error


def _setting(name: str, said: reading.Told) -> float | str | None:
    """A setting of a policy: a number, which some may lack, or what is pooled."""
    if name in ("trusted_above", "model_above", "pool") and said.value in ("", "null", "none"):
        return None
    if name == "pool":
        return said.text(name)
    number = said.number(name)
    if name != "every_days":
        return number
    if number != int(number):
        raise said.wrong(f"{name} is {said.value}", "write a whole number of days")
    return int(number)


def rules(path: str | Path | None) -> Rulebook | None:
    """The rules of a YAML file, None without one. Raises InputError, TargetingError."""
    from customhouse.targeting.rulebook import Rulebook

    return None if path is None else Rulebook.of(path)


def trusted(path: str | Path | None) -> Trusted | None:
    """The accredited traders of a table, None without one. Raises InputError, TargetingError."""
    from customhouse.targeting.trusted import Trusted

    if path is None:
        return None
    try:
        return Trusted.of(rows(path))
    except TargetingError as error:
        raise TargetingError(f"{path}: {error}") from error


def rows(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a small table, in any format that tables have. Raises InputError."""
    found: list[dict[str, Any]] = []
    for one in tables.found([path]):
        found += tables.raw(one).to_pylist()
    return found


def seed(given: int | None) -> int:
    """The seed that was given, else one that nobody can guess."""
    return secrets.randbits(63) if given is None else given
