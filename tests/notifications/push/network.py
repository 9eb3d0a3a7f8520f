"""Names and addresses of a network that is not there: what is connected to ends on loopback, and is written down."""

import socket
from typing import Any

import pytest
from urllib3.util import connection

OUTSIDE = "93.184.215.14"  # whatever it is really: nothing is sent there


class Network:
    """`names` says what each name resolves to, one address a look-up, the last of them from then on."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.names: dict[str, list[str]] = {}
        self.connected: list[str] = []

    def resolve(self, name: str) -> str:
        addresses = self.names[name]
        return addresses.pop(0) if len(addresses) > 1 else addresses[0]

    def take_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the product and the machine's own network."""
        real_getaddrinfo, real_connect = socket.getaddrinfo, connection.create_connection

        def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            return real_getaddrinfo(self.resolve(host) if host in self.names else host, port, *args, **kwargs)

        def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
            host = address[0]
            if address[1] != 443:
                return real_connect(address, *args, **kwargs)
            self.connected.append(host)
            return real_connect(("127.0.0.1", self.port), *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(connection, "create_connection", connect)
