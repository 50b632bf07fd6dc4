"""What growth comes from: figures that need prices, seasons or calendars, beside those of `measures`.

    door      `measure`, which answers all that `measures.measure` does and these figures too
    made_of   price, volume, entry and exit as points of growth
    days      working days as points of growth, and growth without them
    adjusted  statistics freed of seasons, of which measures ask as of any others
    memory    what took seconds is kept as long as the statistics that it is of
"""

from customhouse.factors.door import FACTORS, estimated, measure

__all__ = ["FACTORS", "estimated", "measure"]
