"""Why a declaration was selected: what raised its score, in numbers, in words and over all declarations.

    trees          ensembles of trees as the paths to their leaves
    shapley        the exact Shapley values of such paths
    contributions  what each feature adds to the heads of a model and to its score
    topics         features grouped to what a person understands
    disclosure     what may be shown of other traders
    comparable     the earlier declarations behind a profile, as far as they may be shown
    facts          what is known of a declaration's topic: a sentence's code and its numbers
    wording        facts in words, Chinese and English
    reasons        the topics that raise a score most
    chosen         the same of what a selection chose by its model, by rules and by draws
    importance     what matters over many declarations, and how contributions go with values

Of other traders nothing is shown but figures of several, none of which prevails (`disclosure`).
"""

from __future__ import annotations

from customhouse.targeting.why.chosen import chosen, logged
from customhouse.targeting.why.comparable import Comparable, Earlier
from customhouse.targeting.why.contributions import Contributions, Head, contributions
from customhouse.targeting.why.disclosure import Disclosure
from customhouse.targeting.why.importance import Dependence, Importance, dependence, importance
from customhouse.targeting.why.reasons import Cause, Reason, causes, earlier, reasons
from customhouse.targeting.why.wording import word

__all__ = [
    "Cause", "Comparable", "Contributions", "Dependence", "Disclosure", "Earlier", "Head", "Importance",
    "Reason", "causes", "chosen", "contributions", "dependence", "earlier", "importance", "logged", "reasons",
    "word",
]  # fmt: skip
