"""What growth is made of, in sentences: prices and volumes, working days, growth freed of seasons."""

from __future__ import annotations

from customhouse.release.facts import Fact, Statement
from customhouse.release.plan_factors import grade
from customhouse.release.wording import amount, fill, joined


def factors(statement: Statement, language: str) -> str:
    """What prices, volumes and the like gave to growth; whose growth it is is said once."""
    item = statement.items[0]
    (name, fact), *others = item.facts
    texts = [_gave("gave", name, fact, language), *(_gave("also", *other, language) for other in others)]
    return fill(f"basis_{grade(fact)}", language, text=joined(texts, language, "listed"))


def days(statement: Statement, language: str) -> str:
    """What working days gave to the growth of each flow."""
    texts = [_gave("gave", "working_days", fact, language) for fact in statement.facts()]
    return joined(texts, language, "listed")


def adjusted(statement: Statement, language: str) -> str:
    """`after seasonal adjustment, exports rose by 1.2% month on month and imports fell by 0.5%`."""
    texts = [fill(f"adjusted_{_way(fact)}", language, what=fill(f"what_{fact.ask.slice.flow}", language),
                  g=amount(fact.printed, language)) for fact in statement.facts()]
    return fill("adjusted", language, text=joined(texts, language, "listed"))


def _gave(code: str, factor: str, fact: Fact, language: str) -> str:
    """`falling prices took 2.6 points off import growth`; after another, `lower volumes took 1 point`."""
    what = fill(f"growth_of_{fact.ask.slice.flow}", language)
    return fill(f"{code}_{_way(fact)}", language, x=fill(f"moved_{factor}_{_way(fact)}", language), what=what,
                c=amount(fact.printed, language))


def _way(fact: Fact) -> str:
    return "up" if fact.value > 0 else "down"
