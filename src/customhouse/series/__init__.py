"""Series: all that texts and tables say of one thing, period by period.

    model     sources, points, the series
    wanted    what is asked for, and the periods that a frequency cuts
    dating    claims of documents with the day from which they are known
    tables    figures of a store, vintage by vintage
    net       the claims that bear on the figure, as a network of identities
    solving   what identities say of one period
    sourcing  claims and computed figures as sources, with their intervals
    agreeing  what sources agree on
    points    the sources of a period, whether they agree, what was revised
    make      the steps in order
    frames    rows, CSV, Arrow, JSON
    words     the title and the printed table
    chart     the picture
    saving    a series to a file
    stored    claims of texts in a store
"""

from customhouse.series.make import make
from customhouse.series.model import Computed, Point, Revision, Series, Source, Stated
from customhouse.series.wanted import Wanted, wanted

__all__ = ["Computed", "Point", "Revision", "Series", "Source", "Stated", "Wanted", "make", "wanted"]
