"""The application as a whole: how it ends."""

import threading

from app.api.app import Threads

WAIT_SECONDS = 60


def test_who_ends_the_application_waits_for_no_handler_that_still_works() -> None:
    answered = threading.Event()
    with Threads(1) as pool:
        working = pool.submit(answered.wait, WAIT_SECONDS)
        waiting = pool.submit(answered.wait, WAIT_SECONDS)
    assert not working.done()
    assert waiting.cancelled()
    answered.set()
    assert working.result(WAIT_SECONDS)
