"""Goods that a table leaves out of a month because nothing of them was traded.

Tables by HS code list the codes that had trade. A code that a table has in some months is 0 in a month in
which the same list, of the same chapter, stands without it; but not where the table has a row of it that
tells no amount, where the list is cut off after so many codes, or where its codes do not add up to what is
printed above them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from customhouse.cube.tableindex import Figure, Key, Silent, Spans
from customhouse.vocabulary import codes, hs

_PARTNER, _GOODS = 2, 3
"""Where in a key they stand."""
_CHAPTER = 2
_SHORT = 0.005
"""The share of a printed total that the codes under it may lack by rounding."""


@dataclass(slots=True)
class _Span:
    """The codes of one list in a span of months, and the vintage of one of them."""

    codes: set[str] = field(default_factory=set)
    chapters: set[str] = field(default_factory=set)
    vintage: int = 0


class Unlisted:
    """The spans of months in which a table lists goods of a chapter without a code that it has elsewhere."""

    def __init__(self, index: Mapping[Key, Spans], silent: Silent) -> None:
        self._index, self.silent = index, silent
        self._lists: dict[Key, dict[tuple[int, int], _Span]] = {}
        self._filled: dict[Key, Spans] = {}
        self._whole: dict[tuple[Key, int, tuple[int, int]], bool] = {}
        self._sums: dict[tuple[Key, tuple[int, int], str], int] = {}
        countries = codes.single("partner")
        for key, spans in index.items():
            code = key[_GOODS]
            if code is None or not code.isdigit():
                continue
            listed, chapter = _listed_with(key), code[:_CHAPTER]
            group = self._lists.setdefault(listed, {})
            kept = [listed] if key[_PARTNER] is None else []
            kept += [_of_countries(listed)] if key[_PARTNER] in countries else []
            for span, figure in spans.items():
                for one_list in kept:
                    name = (one_list, span, chapter)
                    self._sums[name] = self._sums.get(name, 0) + figure.amount
                one = group.setdefault(span, _Span())
                one.codes.add(code)
                one.chapters.add(chapter)
                one.vintage = max(one.vintage, figure.vintage)
        self._cut_off = {key for key, group in self._lists.items() if _is_cut_off(group)}

    def printed(self, key: Key) -> bool:
        """Whether a table has figures of a key itself, not only of its parts."""
        return key in self._index

    def filled(self, key: Key) -> Spans | None:
        """The figures of a key with 0 where its list stands without it; None where it has no figures."""
        spans, code = self._index.get(key), key[_GOODS]
        if spans is None or code is None or not code.isdigit():
            return spans
        if key not in self._filled:
            self._filled[key] = {**spans, **dict(self._zeros(key, code, spans))}
        return self._filled[key]

    def _zeros(self, key: Key, code: str, spans: Spans) -> Iterator[tuple[tuple[int, int], Figure]]:
        group = _listed_with(key)
        if group in self._cut_off:
            return
        told = [*spans, *self.silent.get(key, ())]
        unit = next(iter(spans.values())).unit
        total = self._lists.get(_put(group, None), {})
        for span in {**self._lists[group], **total}:
            apart = all(last < span[0] or span[1] < first for first, last in told)
            if apart and hs.listed(code[:6], span[1]):
                one = self._lists[group].get(span)
                if one is not None and code[:_CHAPTER] in one.chapters:
                    nothing = self._adds_up(key, code, span, one)
                else:
                    nothing = self._by_country(group, code[:_CHAPTER], span)
                if nothing:
                    yield span, Figure(0, 0, unit, (one or total[span]).vintage, 0)

    def _by_country(self, group: Key, chapter: str, span: tuple[int, int]) -> bool:
        """Whether the countries of a list add up to its total: then one that is not there has nothing."""
        total = self._sums.get((_put(group, None), span, chapter))
        summed = self._sums.get((_of_countries(group), span, chapter))
        return total is not None and summed is not None and abs(total - summed) <= _SHORT * abs(total)

    def _adds_up(self, key: Key, code: str, span: tuple[int, int], one: _Span) -> bool:
        """Whether the list adds up to the nearest total above the code that is printed, if one is."""
        for digits in range(len(code) - 2, -1, -2):
            above = (*key[:_GOODS], code[:digits] or None, *key[_GOODS + 1:])
            total = self._index.get(above, {}).get(span)
            if total is not None:
                return self._agrees(above, total, len(code), span, one)
        return True

    def _agrees(self, above: Key, total: Figure, digits: int, span: tuple[int, int], one: _Span) -> bool:
        name = (above, digits, span)
        if name not in self._whole:
            head = above[_GOODS] or ""
            under = [self._index[(*above[:_GOODS], code, *above[_GOODS + 1:])][span]
                     for code in one.codes if code.startswith(head)]
            rounded = sum(figure.step for figure in under) + total.step
            short = abs(total.amount - sum(figure.amount for figure in under))
            self._whole[name] = short <= max(_SHORT * abs(total.amount), rounded)
        return self._whole[name]


def _listed_with(key: Key) -> Key:
    """What the list that a code stands in is about: all of its key, and how many digits its codes have."""
    return (*key[:_GOODS], str(len(key[_GOODS] or "")), *key[_GOODS + 1:])


def _put(group: Key, partner: str | None) -> Key:
    return (*group[:_PARTNER], partner, *group[_PARTNER + 1:])


def _of_countries(group: Key) -> Key:
    """The name of all single partners of a list together."""
    return _put(group, "*")


def _is_cut_off(group: Mapping[tuple[int, int], _Span]) -> bool:
    """Whether a list has another choice of codes in each span, but always as many: the largest alone."""
    sets = [one.codes for one in group.values()]
    sizes = {len(codes) for codes in sets}
    return len(sizes) == 1 and len(sets) > 1 and any(codes != sets[0] for codes in sets)
