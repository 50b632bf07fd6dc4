"""How good a ranking is, beside what it has to beat, for whom, and what the figures stand on.

    model       the results: measures with intervals, differences, groups
    truth       what is known of the declarations judged: of all, or of those inspected with a probability
    resampling  rankings measured over bootstrap samples, the same for all that are compared
    baselines   chance, the trader's rate, declared duty, last year's ranking
    timing      whether anything learnt was known only after what is judged
    groups      by office, trust, and traders seen before or not
    fairness    across origins: how often selected, how often in vain
    evaluate    all of it in one go
"""

from __future__ import annotations

from customhouse.targeting.judging.evaluate import evaluate
from customhouse.targeting.judging.model import Evaluation

__all__ = ["Evaluation", "evaluate"]
