"""Which cases of a long table `make test` tries; `make fuzz` tries them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import settings

USUAL, MOST = 20, 5000
"""Examples of a property that says nothing else: in `make test`, and at the most in `make fuzz`."""


def tries(few: int, **more: Any) -> settings:
    """So many examples of a property for `make test`, in `make fuzz` as many more as of any other."""
    return settings(max_examples=min(MOST, few * max(1, settings().max_examples // USUAL)), **more)


def some(cases: Iterable[Any], each: int) -> list[Any]:
    """Every so many of the cases for `make test`; the others are marked as long."""
    return [
        case if number % each == 0 else pytest.param(case, marks=pytest.mark.long)
        for number, case in enumerate(cases)
    ]


def mixed(*lists: Sequence[Any]) -> list[Any]:
    """Every combination of the members of some lists; half of them for `make test`, with each member."""
    places = product(*(range(len(one)) for one in lists))
    return [
        case if sum(place) % 2 == 0 else pytest.param(*case, marks=pytest.mark.long)
        for place, case in zip(places, product(*lists), strict=True)
    ]
