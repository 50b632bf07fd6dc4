"""What amounts of money, masses, multiples and times are: levels, or changes where a move measures them."""

from __future__ import annotations

from customhouse.reader.context import Context
from customhouse.reader.senses import Sense, sign_of
from customhouse.vocabulary import pattern, words
from customhouse.vocabulary.lexicon import Match

_DEAREST = 1e6
"""The amount from which on what fetched it is no single piece."""


def moved(c: Context, of: str | None) -> Sense | None:
    """`rose by 30 tonnes`: a change where the move right before the number measures it."""
    if c.english and (sign := _beside_another(c)):
        return Sense("change", of, sign)
    move = c.before("up", "down")
    return Sense("change", of, sign_of(move)) if move and c.by(move) else None


def _beside_another(c: Context) -> float | None:
    """The sign of what a level exceeds another by: `exceeding that of May by 30 tonnes`."""
    lower, begin = c.sentence.lower, c.begin
    if pattern("exceeding_en").search(lower, begin, c.group.start):
        return 1.0
    return -1.0 if pattern("undershot_en").search(lower, begin, c.group.start) else None


def money(c: Context) -> Sense:
    """A price, a change or a value."""
    for rule in (_price, _change_before, _change_after, _change_goes_on):
        if found := rule(c):
            return found
    return Sense("value")


def _price(c: Context) -> Sense | None:
    """An amount for a piece, or after a word for prices."""
    if not _priced(c) and not _by_the_piece(c):
        return None
    return moved(c, "price") or Sense("price")


def _by_the_piece(c: Context) -> bool:
    """Whether an amount is for a piece, as the words right after or before it say."""
    language = c.sentence.language
    if c.followed(f"per_piece_{language}"):
        return True
    return c.number.value < _DEAREST and bool(pattern(f"piece_before_{language}").search(c.lead(c.near, 32)))


def _priced(c: Context) -> Match | None:
    """The word that makes an amount a price: one for prices, or a level where the last figure was a price."""
    price = c.before("price", wide=True)
    if price and (price.tags["price"] != "price" or _price_of(c, price) or not c.since(price.end, "flow")):
        return price
    last = c.previous
    if last and last.sense.measure == "price" and not c.since(last.number.end, "flow"):
        return c.before("level", "bound")
    return None


def _price_of(c: Context, price: Match) -> bool:
    """`the price of imports of ore`, in one comma clause with the amount."""
    return price.start >= c.near and c.sentence.lower.startswith(words("of_en"), price.end)


def _change_before(c: Context) -> Sense | None:
    """`rose by 30 billion`."""
    found = moved(c, None)
    return found if found and not c.to() else None


def _change_after(c: Context) -> Sense | None:
    """`a 30 billion rise`, `30 billion more than`."""
    if c.english and (c.followed("larger_after_en") or c.followed("smaller_after_en")):
        return Sense("change", None, -1.0 if c.followed("smaller_after_en") else 1.0)
    follows = c.after("up", "down", reach=20) if c.english else None
    if not follows or not c.adjacent(follows):
        return None
    return Sense("change", None, sign_of(follows), absorbs=True)


def _change_goes_on(c: Context) -> Sense | None:
    """`..., and imports by 20 billion` after a change."""
    if not c.last or c.last.measure != "change" or not c.english:
        return None
    return Sense("change", None, c.last.sign) if pattern("by_en").search(c.lead(c.near, 16)) else None


def mass(c: Context) -> Sense:
    """A quantity or its change."""
    return moved(c, "quantity") or Sense("quantity")


def multiple(c: Context) -> Sense:
    """Times of something earlier."""
    return Sense("multiple", c.growth_of())


def _right_behind(c: Context) -> bool:
    """Whether a time stands right behind what it is of: `通关时间36.7小时`, `clearance took 35 hours`."""
    found, lower = c.sentence.cues(c.begin, c.group.start, "subject"), c.sentence.lower
    return bool(found) and bool(pattern("took_time").fullmatch(lower, found[-1].end, c.group.start))


def time(c: Context) -> Sense | None:
    """Hours and minutes count as a change (`cut by two hours`), or as the time that something took."""
    move = c.before("up", "down") or c.before("up", "down", wide=True)
    if move:
        sign = sign_of(move)
    elif c.last and c.last.measure == "growth":
        sign = c.last.sign
    elif c.frame.subject and c.number.unit in words("clock_units") and (
            c.to() or c.before("level") or _right_behind(c)):
        return Sense("quantity")
    else:
        return None
    return Sense("change", "quantity", sign) if c.number.unit in words("clock_units") else None
