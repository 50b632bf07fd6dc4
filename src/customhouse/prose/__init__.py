"""Claims in Chinese and English sentences, in the register of a customs release; `reader` reads them back.

    wording      the forms of sentences, which are data
    numerals     numbers as releases print them
    when         periods
    naming       what a claim is about, as a noun phrase
    sentences    one claim in one sentence
    strands      claims of one slice and period in one clause
    lists        clauses that differ in one code, in one list
    composing    groups of claims as sentences
    composition  groups as a text that is read before it is handed out
    passage      a text with the claims that it states
    reading      whether a passage says what it was written from
"""

from customhouse.prose.composition import compose
from customhouse.prose.numerals import canonical, printed
from customhouse.prose.passage import Passage, write
from customhouse.prose.reading import Difference, differences, reads_back

__all__ = ["Difference", "Passage", "canonical", "compose", "differences", "printed", "reads_back", "write"]
