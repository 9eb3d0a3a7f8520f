"""The addresses that Web Push sends to, which browsers give: whoever registers one decides where our requests go."""

import ipaddress
import re
import socket

from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal

# No user and password, no fragment, nothing that programs read differently.
FORM = re.compile(r"https://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[!$-;=?-Z_a-z~]*)?")
NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))+")
INSIDE = ("localhost", "local", "internal", "home", "lan", "arpa")


class PushAddressRefused(Refusal):
    """A push service is known by a name that is public. What the name leads to is looked at whenever it is sent to."""

    status_code = 422
    default_code = "push_address_refused"
    title = _("No address of a push service")
    default_detail = _("The token is the address that the browser gave: https, at a public host name.")


def is_push_address(token: str) -> bool:
    """Whether it has the form of such an address."""
    found = FORM.fullmatch(token)
    return found is not None and (found[2] is None or 0 < int(found[2][1:]) < 65536)


def refuse_address_inside(token: str) -> None:
    """Raise PushAddressRefused for a number in whatever notation, this machine, and names of networks inside."""
    found = FORM.fullmatch(token)
    host = "" if found is None else found[1].removesuffix(".").lower()
    if is_number(host) or not NAME.fullmatch(host) or host.rpartition(".")[2] in INSIDE:
        fault = {"pointer": "/token", "code": "push_address_refused", "detail": str(PushAddressRefused.default_detail)}
        raise PushAddressRefused(errors=[fault])


def is_number(host: str) -> bool:
    """Whether it is an IP address: also `127.1`, `2130706433` and `0x7f000001`, which resolvers understand."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return False
    return True
