"""How fast a replay goes: by its last seconds, so that it follows what the ledger holds there."""

from collections import deque

SECONDS = 10.0


class Pace:
    """Of one worker; it is told each time how far it is."""

    def __init__(self) -> None:
        self._passed: deque[tuple[float, int]] = deque()

    def reach(self, position: int, now: float) -> float | None:
        """Events a second over the last ten seconds, or over the last range where that took longer; None at first.

        `now` in seconds, by a clock that never goes back.
        """
        passed = self._passed
        while len(passed) > 1 and now - passed[1][0] >= SECONDS:
            passed.popleft()
        passed.append((now, position))
        (since, start), (until, here) = passed[0], passed[-1]
        return round((here - start) / (until - since), 1) if until > since else None
