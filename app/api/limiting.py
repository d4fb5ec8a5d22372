"""How many requests a key may send, or an address without one: a bucket of tokens for each, filled evenly.

A bucket holds a minute's worth, so that a page with many pictures is no flood. Buckets are kept in this process alone:
several servers each allow as much.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network

import msgspec

BUCKETS_MAX = 10_000
"""The one that was used longest ago goes first; whoever comes back after a minute finds his full anyway."""

MINUTE_SECONDS = 60
_IPV6_PREFIX_BITS = 64
"""What one subscriber has to himself. Source: RFC 6177, 2."""


class _Bucket(msgspec.Struct):
    tokens: float
    filled_at_seconds: float


class Buckets:
    """Not for threads: the event loop alone takes from them."""

    def __init__(self, per_minute: int, *, buckets_max: int = BUCKETS_MAX) -> None:
        self.per_minute = per_minute
        self._buckets_max = buckets_max
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, who: str, now_seconds: float) -> float:
        """Take a token and return 0; or, where there is none, the seconds until there is. Times never go back."""
        bucket = self._buckets.pop(who, None) or _Bucket(self.per_minute, now_seconds)
        self._buckets[who] = bucket
        if len(self._buckets) > self._buckets_max:
            self._buckets.popitem(last=False)
        per_second = self.per_minute / MINUTE_SECONDS
        gained = (now_seconds - bucket.filled_at_seconds) * per_second
        bucket.tokens, bucket.filled_at_seconds = min(self.per_minute, bucket.tokens + gained), now_seconds
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / per_second
        bucket.tokens -= 1
        return 0.0

    def __len__(self) -> int:
        return len(self._buckets)


def address_of(host: str) -> str:
    """Who an address stands for: itself, or the network that one subscriber has of IPv6."""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if not isinstance(found, IPv6Address):
        return host
    return str(found.ipv4_mapped or ip_network((found, _IPV6_PREFIX_BITS), strict=False))
