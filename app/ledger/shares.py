"""A long ledger is looked at in shares, by as many processes as there are processors.

What takes the time is to compute, and threads would wait for each other. Each process reads its shares over a
connection of its own; what it found of them comes back in their order, and the tree is grown over it here.
"""

import gc
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from sqlalchemy import URL, Engine

from app.database.engine import make_engine, reading
from app.ledger.entries import copy_out
from app.ledger.merkle import HASH_BYTES
from app.ledger.walking import Fault, Stretch, look_at

SHARE_EVENTS = 4 * 1024
"""Few enough that no process waits long for the last of another, and many beside what a share costs by itself."""

Share = tuple[URL, str, int, int]


def look_apart(url: URL, timeline: str, upto: int, *, jobs: int, share: int = SHARE_EVENTS) -> Iterator[Stretch]:
    """What is found of the events 1 to `upto`, share by share; ends with the first fault.

    The processes are forked: they are there at once, and what is read in them is read over new connections. They end by
    themselves, each after the share that it is at: one that is killed may hold a lock that the others wait for.
    """
    shares = [(url, timeline, after, min(after + share, upto)) for after in range(0, upto, share)]
    forked = multiprocessing.get_context("fork")
    # What was there before the fork is nobody's garbage here: a look through it would only copy its pages.
    pool = ProcessPoolExecutor(min(jobs, len(shares)), mp_context=forked, initializer=gc.freeze)
    try:
        for waiting in [pool.submit(_look, one) for one in shares]:
            found = waiting.result()
            yield found
            if found.fault is not None:
                return
    finally:
        pool.shutdown(cancel_futures=True)


def _look(given: Share) -> Stretch:
    url, timeline, after, upto = given
    with reading(_engine(url)) as connection:
        found = list(look_at(timeline, copy_out(connection, timeline, after=after, upto=upto), after=after))
    leaves = b"".join(one.leaves for one in found)
    fault = found[-1].fault if found else None
    end = after + len(leaves) // HASH_BYTES
    if fault is None and end < upto:
        fault = Fault(position=end + 1, what="missing", detail="there is no event")
    times = [(one.first_us, one.last_us) for one in found if one.last_us is not None]
    first, last = (times[0][0], times[-1][1]) if times else (None, None)
    return Stretch(leaves=leaves, first_us=first, last_us=last, fault=fault)


@cache
def _engine(url: URL) -> Engine:
    """Of this process, whose one connection ends with it."""
    return make_engine(url.render_as_string(hide_password=False), pool_size=1)
