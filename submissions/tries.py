"""How often a network tried, counted in memory for an hour. No address is kept, not even there."""

import hashlib
import ipaddress
import secrets
from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

HOUR = timedelta(hours=1)


class Tries:
    """Counts tries that failed, for each network and for all together, and forgets everything after an hour.

    `most` is for one network: many people share one in a library. `most_of_all` bounds who has many networks. Each
    process of the portal counts for itself. What is counted is a hash with a salt that is forgotten with the hour.
    """

    def __init__(self, *, most: int, most_of_all: int) -> None:
        self.most, self.most_of_all = most, most_of_all
        self.lock = Lock()
        self.forget()

    def forget(self, now: datetime | None = None) -> None:
        self.counts: Counter[bytes] = Counter()
        self.salt, self.since = secrets.token_bytes(16), now

    def wait(self, address: str, now: datetime) -> timedelta | None:
        """How long somebody at this address has to wait before they may try; None where they may now."""
        with self.lock:
            if self.since is None or now - self.since >= HOUR:
                self.forget(now)
            is_over = self.counts[self._trace(address)] >= self.most or self.counts.total() >= self.most_of_all
            return HOUR - (now - (self.since or now)) if is_over else None

    def failed(self, address: str) -> None:
        with self.lock:
            self.counts[self._trace(address)] += 1

    def _trace(self, address: str) -> bytes:
        return hashlib.blake2b(network_of(address).encode(), key=self.salt).digest()


def network_of(address: str) -> str:
    """An IPv4 address as it is; of IPv6 the 64 bits that one household or one library has; anything else as one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found.packed, 64), strict=False)) if found.version == 6 else address
