"""How seldom Python looks for objects that hold each other in a circle, and so would never be let go.

It looks after every 700 new objects, and now and then through all there are. What projections keep in memory is all of
it alive and never in a circle: looking took a fifth of a replay, and in a server of 5,000 events it held every answer
up for 0.2 s, longer the more events there are.
"""

import gc

AFTER = 50_000
"""So many objects more than before; what few circles there are (of exceptions, of requests) wait so long."""


def look_seldom() -> None:
    """For a whole process, as it begins."""
    gc.set_threshold(AFTER)
