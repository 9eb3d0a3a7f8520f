"""Over TLS a service must be who its address says, by a certificate that is trusted, wherever its name leads."""

import datetime
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.channels import http
from tests.notifications.receiver import Receiver, receiving

OUTSIDE = "93.184.216.34"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of `kitchen.example`, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kitchen.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("kitchen.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, bare = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "kitchen.pem"
    path.write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, bare)
    )
    return path


@pytest.fixture
def service(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The kitchen's service, which every name leads to, by way of an address outside."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with receiving(context) as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])

        def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (OUTSIDE, port))]

        def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
            assert address == (OUTSIDE, 443)
            made = socket.socket()
            made.connect(("127.0.0.1", port))
            return made

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(urllib3.connection.connection, "create_connection", connect)
        yield receiver


def post(url: str) -> http.Answer:
    return http.post(url, body=b"{}", headers={}, allow_private=False)


def test_one_that_shows_a_trusted_certificate_is_told(
    service: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert post("https://kitchen.example/").status_code == 401  # it came, and was not signed


def test_one_that_is_not_trusted_is_told_nothing(service: Receiver) -> None:
    with pytest.raises(http.NoAnswer, match=r"^TLS failed$"):
        post("https://kitchen.example/")


def test_one_that_is_somebody_else_is_told_nothing(
    service: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(http.NoAnswer, match=r"^TLS failed$"):
        post("https://warehouse.example/")


def test_one_that_speaks_no_tls_is_told_nothing(kitchen: Receiver) -> None:
    with pytest.raises(http.NoAnswer, match=r"^TLS failed$"):
        http.post(kitchen.url.replace("http:", "https:"), body=b"{}", headers={}, allow_private=True)
