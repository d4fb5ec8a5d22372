"""Being told to stop: Ctrl-C and SIGTERM are one thing, an exception wherever the program stands."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """Somebody stopped us. A KeyboardInterrupt, because event loops let only that through."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number
        """As shells count: 130 for Ctrl-C, 143 for SIGTERM."""


def listen() -> None:
    """From here on both signals raise Stopped in the main thread; the first one alone, so that cleaning up is quiet."""
    for number in SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)
