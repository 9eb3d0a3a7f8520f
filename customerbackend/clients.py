"""From where a request comes: the client's network address, as far as the proxies in front can be trusted."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

UNKNOWN = "unknown"


def client_address(request: Request | HttpRequest) -> str:
    """The address that the request came from, in its usual form; UNKNOWN where there is none (a Unix socket).

    X-Forwarded-For is believed only as far as NUM_PROXIES says that proxies of ours wrote it.
    """
    return normal_address(BaseThrottle().get_ident(cast(Request, request)) or "")


def normal_address(text: str) -> str:
    """An address without the port and brackets that some proxies add; IPv4 written as IPv6 is IPv4."""
    for candidate in (text, text.rpartition(":")[0]):
        try:
            address: Any = ip_address(candidate.strip("[] "))
        except ValueError:
            continue
        return str(getattr(address, "ipv4_mapped", None) or address)
    return UNKNOWN


def counted_block(address: str) -> str:
    """What limits count an address as: of IPv6 the /64, which is one customer's line (RFC 6177)."""
    return widen(address, ipv4=32, ipv6=64)


def shown_network(address: str) -> str:
    """An address shortened so far that it says roughly where from, not who: `203.0.113.0/24`, `2001:db8:7::/48`."""
    return widen(address, ipv4=24, ipv6=48)


def widen(address: str, *, ipv4: int, ipv6: int) -> str:
    """The network of this prefix length that the address lies in."""
    if address == UNKNOWN:
        return UNKNOWN
    parsed: IPv4Address | IPv6Address = ip_address(address)
    return str(ip_network((parsed.packed, ipv4 if parsed.version == 4 else ipv6), strict=False))
