"""How often one address may ask without signing in: a count per minute, kept in this process.

Only what programs ask for is counted (/api/, /ogc/), never pages or tiles. Who is signed in is not
counted, nor is the machine itself: where a proxy was not made known (``TRUSTED_PROXIES``), all
would come from there, and one visitor's haste would shut out the others.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gisapp.errors import TooManyRequests
from gisapp.problems import problem

COUNTED = ("/api/", "/ogc/")
WINDOW_S = 60
MOST_ADDRESSES = 100_000
NETWORK_BITS = 64
"""One household has that much of IPv6, so it counts as one address."""


class Window:
    """The counts of the present minute; each worker process has its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def count(self, address: str, *, now: float) -> int:
        """Count one request; how many the address has made in this window."""
        with self._lock:
            minute = int(now // WINDOW_S)
            if minute != self._minute or len(self._counts) > MOST_ADDRESSES:
                self._minute, self._counts = minute, Counter()
            self._counts[address] += 1
            return self._counts[address]


def counted_address(request: HttpRequest) -> str:
    """The address to count under; empty for the machine itself, and for no address at all."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if address.is_loopback:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), NETWORK_BITS), strict=False))
    return str(address)


class RateLimitMiddleware:
    """Refuse an address that asks too often, and tell every other how much it has left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._window = Window()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.ANONYMOUS_REQUESTS_PER_MINUTE
        address = counted_address(request)
        if not (limit and address and request.path_info.startswith(COUNTED)):
            return self.get_response(request)
        if request.user.is_authenticated:
            return self.get_response(request)
        now = time.time()
        count = self._window.count(address, now=now)
        reset_s = WINDOW_S - int(now % WINDOW_S)
        response = self.get_response(request) if count <= limit else self._refuse(limit, reset_s)
        response["RateLimit-Limit"] = str(limit)
        response["RateLimit-Remaining"] = str(max(limit - count, 0))
        response["RateLimit-Reset"] = str(reset_s)
        return response

    def _refuse(self, limit: int, reset_s: int) -> HttpResponse:
        error = TooManyRequests(
            _("At most %(limit)s requests a minute without signing in. Go on in %(seconds)s s.")
            % {"limit": limit, "seconds": reset_s}
        )
        error.retry_after_s = reset_s
        return problem(error)
