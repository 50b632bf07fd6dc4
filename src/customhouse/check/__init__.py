"""Claims of texts against statistics: does each figure hold, and if not, what may have gone wrong?

    model      the verdict, the comparison, the slip
    judging    whether a computed figure prints as the text has it
    comparing  all readings of a claim, on revised bases and as first published
    carried    what a sentence takes over from those before it, and may not mean
    checking   all claims against all sources of a store
    context    what stands around a figure
    money      amounts in two currencies
    slips/     what may have gone wrong, each kind one function, tested on the statistics
"""

from customhouse.check.checking import check
from customhouse.check.comparing import compare
from customhouse.check.judging import satisfies
from customhouse.check.model import Comparison, Slip, Verdict

__all__ = ["Comparison", "Slip", "Verdict", "check", "compare", "satisfies"]
