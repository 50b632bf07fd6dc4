"""Parts that do not sum to their whole, and why: a row missing or there twice, groups among the parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from customhouse.records.controls.accounted import Accounted, accounted, put_back
from customhouse.records.controls.case import Case
from customhouse.records.controls.departing import departing
from customhouse.records.controls.doubt import Code, Doubt, Field, Row, Word, doubt, word
from customhouse.records.controls.missing import absent_member, dimension_of, missing
from customhouse.records.controls.shared import shared
from customhouse.records.controls.sheet import BALANCE, Bools, Floats, Ints
from customhouse.records.controls.transposed import said, transposed
from customhouse.records.controls.wholes import Kind, blocs, within
from customhouse.vocabulary import codes
from customhouse.vocabulary.tables import name

GAP = 0.005
"""Parts that fall short of the whole by less than this share are a caution."""
NAMED = 2e-4
"""The same where the missing row can be named."""
HALF = 0.5
"""More than this share set aside is most of a table, whatever the rows were set aside for."""
MILD = ("gap", "rest", "row_missing", "rows_missing", "set_aside", "set_aside_exact", "wrong_here")
ROWS = ("row_missing", "rows_missing")
OTHERS, MOSTLY = 3, 0.8
"""So many other sums, so many of which hold, show that parts are meant to make up all."""
DARK = ("gap", "rest", "set_aside", "unexplained", "wrong_here")
AGAIN = ("counted_again", "row_too_many", "unexplained")
NEARLY = 2e-3
"""Within this a row is what others sum to."""
TINY = 1e-5
"""Less than this is a caution on either side: small revisions."""
MOST = 200
NAMES = "{names}"
"""Where the names of rows are to stand, which each language has its own of."""
FEW = 3
"""Where more wholes than this fail, digits exchanged in one of them are chance."""
_GROUP_CODE = re.compile(r"\w?(?:0\d{3}|\d?X{2,3})")


class Why(NamedTuple):
    """The likeliest cause of a mismatch, the rows it names, and what else is to be said."""

    cause: str
    rows: tuple[int, ...] = ()
    code: str | None = None
    codes: tuple[str, ...] = ()


def failing(case: Case, done: Bools) -> Ints:
    """The wholes of the load that fail, the worst first."""
    w, sheet = case.wholes, case.sheet
    size = np.maximum(np.maximum(np.abs(sheet.value[w.whole]), np.abs(w.sum)), 1.0)
    share = np.abs(w.off) / size
    bad = (np.abs(w.off) > w.slack) & (
        w.complete | ((w.off > 1e-4 * size) & (sheet.flow[w.whole] != BALANCE))
    )
    if len(w.of):
        mine = np.bincount(w.of, w.part < sheet.rows, len(w.whole)) > 0
        spoilt = np.bincount(w.of, done[w.part], len(w.whole)) > 0
        bad &= (mine | (w.whole < sheet.rows)) & ~spoilt & ~done[w.whole]
    found = np.flatnonzero(bad)
    return found[np.argsort(-share[found], kind="stable")]


def absent(case: Case, done: Bools) -> Iterator[Doubt]:
    """Rows that were set aside; a partner that is nowhere in the load, told by the world and its blocs."""
    for found_aside in accounted(case, done):
        yield _lacking(case, found_aside)
        put_back(case, found_aside.wholes)
    bad = failing(case, done)
    found: dict[str, list[tuple[int, Why]]] = defaultdict(list)
    for number in bad[:MOST]:
        off, slack = float(case.wholes.off[number]), float(case.wholes.slack[number])
        named = off < 0 and dimension_of(case, int(number)) == "partner"
        code = absent_member(case, int(number), -off) if named else None
        if code and not case.set_aside.makes_up(-off, slack):
            found[code].append((int(number), Why("row_missing", (), code)))
    for some in found.values():
        flows = {int(case.sheet.flow[case.wholes.whole[number]]) for number, _ in some}
        if len(flows) >= min(2, len(np.unique(case.sheet.flow[: case.sheet.rows]))) and len(some) >= 2:
            yield _said(case, case.wholes.kinds[int(case.wholes.kind[some[0][0]])], some)
            rows = case.wholes.whole[[number for number, _ in some]]
            done[rows] = True


def parts(case: Case, done: Bools) -> Iterator[Doubt]:
    """Wholes that their parts do not make up."""
    bad = failing(case, done)
    turned = [int(n) for n in bad[:MOST] if _few(case, bad, int(n)) and transposed(case, int(n))]
    yield from (said(case, number) for number in turned)
    bad = bad[~np.isin(bad, turned)]
    grouped: dict[tuple[Kind, str, str | None, frozenset[str], bool], list[tuple[int, Why]]]
    grouped = defaultdict(list)
    marked = _group_codes(case, bad)
    found_ = {int(n): marked.get(int(n)) or why_of(case, int(n)) for n in bad[:MOST]}
    dark = [n for n, why in found_.items() if why.cause in DARK]
    found_ |= {n: Why("row_departs", (row,)) for n in dark if (row := departing(case, n)) is not None}
    dark = [n for n in dark if found_[n].cause in DARK]
    common = shared(case, dark)
    found_ |= {n: Why("one_of_several", tuple(int(r) for r in rows)) for n, (_, rows) in common.items()}
    group = next((why for why in found_.values() if why.cause == "group_among_parts"), None)
    for number, why in found_.items():
        if group and why.cause in AGAIN:
            why = group
        kind = case.wholes.kinds[int(case.wholes.kind[common[number][0] if number in common else number])]
        over = bool(case.wholes.off[number] > 0)
        grouped[kind, why.cause, why.code, frozenset(why.codes), over].append((number, why))
    for (kind, *_), found in grouped.items():
        yield _said(case, kind, found)


def _few(case: Case, bad: Ints, number: int) -> bool:
    """Whether hardly any other whole of the kind of one fails."""
    kind = case.wholes.kind
    return int((kind[bad] == kind[number]).sum()) <= FEW


def _lacking(case: Case, found: Accounted) -> Doubt:
    """Wholes that lack just the rows that were set aside."""
    kind = case.wholes.kinds[int(case.wholes.kind[found.wholes[0]])]
    some = [(int(number), Why("set_aside_exact")) for number in found.wholes]
    told = _said(case, kind, some, grave=found.grave, aside=found.rows)
    most = max(_share(case, int(number)) for number in found.wholes) > HALF
    mild = found.told and not (most and not case.set_aside.of_the_rest(found.rows))
    return replace(told, severity="caution") if mild else told


def _said(
    case: Case,
    kind: Kind,
    found: list[tuple[int, Why]],
    *,
    grave: bool = False,
    aside: Sequence[int] = (),
) -> Doubt:
    w, sheet = case.wholes, case.sheet
    number, why = found[0]
    off, printed = float(w.off[number]), float(sheet.value[w.whole[number]])
    share = abs(off) / max(abs(printed), 1.0)
    most = max(_share(case, n) for n, _ in found)
    mild = off < 0 and most < (NAMED if grave or why.cause in ROWS else GAP) and why.cause in MILD
    mild |= most < TINY and why.cause in ("gap", "unexplained")
    rows = [row for _, one in found for row in one.rows] or [int(w.whole[n]) for n, _ in found]
    mine = [int(w.whole[number]), *rows] if w.whole[number] < sheet.rows else rows
    fields: dict[str, Field] = {"parts": float(len(w.parts(number))), "what": Row(int(w.whole[number]))}
    fields |= {"row": Row(why.rows[0])} if why.rows else {"row": Row(int(w.whole[number]))}
    fields["code"] = Code(kind.dimension, why.code) if why.code else kind.dimension
    fields["kind"] = Word(f"of_{kind.level}")
    fields["names"] = NAMES
    fields["place"] = case.set_aside.place(aside[0]) if aside else ""
    found_doubt = doubt(
        sheet,
        "parts_do_not_sum",
        why.cause,
        "caution" if mild else "stop",
        mine,
        sum_cents=float(w.sum[number]),
        printed_cents=printed,
        off_cents=off,
        share_percent=100 * share,
        fails=float(len(found)),
        set_aside=float(len(aside) or case.set_aside.unread),
        shared=float(len(why.rows)),
        absent=float(len(why.codes)),
        **fields,
    )
    en, zh = (_names(kind, why.codes, language) for language in ("en", "zh"))
    return replace(found_doubt, en=found_doubt.en.replace(NAMES, en), zh=found_doubt.zh.replace(NAMES, zh))


def _names(kind: Kind, some: tuple[str, ...], language: str) -> str:
    """Codes in words, one after another."""
    dimension = kind.dimension
    words = (code if dimension == "hs" else name(code, language, dimension) for code in some)
    return word("comma", language).join(words)


def _share(case: Case, number: int) -> float:
    return abs(float(case.wholes.off[number])) / max(
        abs(float(case.sheet.value[case.wholes.whole[number]])), 1.0
    )


def why_of(case: Case, number: int) -> Why:
    """The likeliest cause, tried from the most telling to the least."""
    w = case.wholes
    off, slack = float(w.off[number]), float(w.slack[number])
    rows = np.sort(w.parts(number))
    value = case.sheet.value[rows]
    second = _second_world(case, number)
    second = second[np.abs(off + case.sheet.value[second]) <= slack]
    if len(second):
        return Why("code_read_as_missing", (int(second[0]),))
    if off > slack:
        return _over(case, number, rows, value, off, slack)
    aside = case.set_aside.makes_up(-off, slack)
    absent = () if aside else missing(case, number, -off)
    if len(absent) == 1:
        return Why("row_missing", (), absent[0])
    if absent:
        return Why("rows_missing", (), None, absent)
    if aside or (aside is None and case.set_aside.unread):
        return Why("set_aside")
    return Why("wrong_here") if _exact_elsewhere(case, number) else Why(_rest(case, number))


def _rest(case: Case, number: int) -> str:
    return "gap" if dimension_of(case, number) == "partner" else "rest"


def _exact_elsewhere(case: Case, number: int) -> bool:
    """Whether the same kind of parts make up their whole in other periods or flows to the last digit."""
    w = case.wholes
    others = (w.kind == w.kind[number]) & (np.arange(len(w.kind)) != number)
    holds = np.abs(w.off[others]) <= w.slack[others]
    return bool(others.sum() >= OTHERS and holds.mean() >= MOSTLY)


def _second_world(case: Case, number: int) -> Ints:
    """Further rows of cells of the same flow and period."""
    spare, sheet, whole = case.sheet.twice[1], case.sheet, case.wholes.whole[number]
    same = (sheet.flow[spare] == sheet.flow[whole]) & (sheet.last[spare] == sheet.last[whole])
    found: Ints = spare[same & (sheet.first[spare] == sheet.first[whole]) & (spare != whole)]
    return found


def _over(case: Case, number: int, rows: Ints, value: Floats, off: float, slack: float) -> Why:
    whole = float(case.sheet.value[case.wholes.whole[number]])
    alone = np.flatnonzero(np.abs(value - off) <= min(slack, 1e-3 * off))
    for at in alone:
        if abs(value[at] - whole) <= slack:
            return Why(
                "group_among_parts",
                (int(rows[at]),),
                case.sheet.name(dimension_of(case, number), int(rows[at])),
            )
    disguised, sums = _disguised(case, rows, value), _sums(value, min(slack, 1e-4 * max(off, 1.0)))
    for some in (disguised, sums, np.union1d(disguised, sums)):
        if len(some) and abs(value[some].sum() - off) <= max(slack, NEARLY * off):
            return Why("group_among_parts", tuple(int(r) for r in rows[some]))
    for at in alone:
        twins = np.flatnonzero((value == value[at]) & (np.arange(len(value)) != at))
        pair = (int(rows[at]), *(int(rows[t]) for t in twins[:1]))
        cause = "row_twice" if len(twins) else "row_too_many"
        return Why(cause, pair, case.sheet.name(dimension_of(case, number), int(rows[at])))
    return Why(
        "counted_again"
        if abs(off / max(whole, 1.0) - round(off / max(whole, 1.0))) < 1e-3 and off > 0.5 * whole
        else "unexplained"
    )


def _sums(value: Floats, slack: float) -> Ints:
    """Rows that are the sum of a run of two rows or more that directly follow them or come before."""
    found = []
    for order in (1, -1):
        v = value[::order]
        total = np.r_[0.0, np.cumsum(v)]
        for at in np.flatnonzero(v > 100 * slack):
            below = total[at + 2 :] - total[at + 1]
            hit = np.flatnonzero(np.abs(below - v[at]) <= slack * 2)
            if len(hit) and hit[0] >= 2:
                found.append(at if order == 1 else len(v) - 1 - at)
    return np.unique(np.array(found, np.int64))


def _disguised(case: Case, rows: Ints, value: Floats) -> Ints:
    """Rows under codes of no list that are what the members of a bloc sum to."""
    sheet = case.sheet
    names = [sheet.name("partner", int(row)) or "" for row in rows]
    own = codes.single("partner")
    strange = [at for at, code in enumerate(names) if code not in own and value[at] > 0]
    if not strange or len(strange) > len(rows) / 3:
        return np.zeros(0, np.int64)
    month = int(sheet.last[rows[0]])
    sums = [
        sum(v for code, v in zip(names, value, strict=True) if code in within(bloc, month))
        for bloc in blocs()
    ]
    off = np.abs(np.subtract.outer(value[strange], np.array(sums)))
    found: Ints = np.array(strange, np.int64)[off.min(axis=1) <= NEARLY * value[strange]]
    return found


def _group_codes(case: Case, bad: Ints) -> dict[int, Why]:
    """Wholes that close when the codes that look like groups of others are left out of their parts."""
    w, sheet = case.wholes, case.sheet
    found: dict[int, Why] = {}
    for dimension in ("partner",):
        names = sheet.names[dimension]
        odd = np.array([bool(_GROUP_CODE.fullmatch(n)) for n in names], bool)
        if not odd.any():
            continue
        mine = odd[sheet.code[dimension][w.part]] & (sheet.code[dimension][w.part] >= 0)
        over = np.bincount(w.of, np.where(mine, sheet.value[w.part], 0.0), len(w.whole))
        closed = (np.abs(w.off - over) <= w.slack) & (over > 0)
        for number in bad[closed[bad]]:
            rows = tuple(int(r) for r in w.parts(int(number)) if odd[sheet.code[dimension][r]])
            found[int(number)] = Why("group_codes", rows)
    return found
