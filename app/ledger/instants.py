"""Instants as the ledger counts them: whole microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_epoch_us(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def from_epoch_us(microseconds: int) -> datetime:
    """Raises OverflowError beyond the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=microseconds)
