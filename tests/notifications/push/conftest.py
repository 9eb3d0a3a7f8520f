"""The providers of pushes on loopback, and Alice's devices at each."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aioapns.connection import APNsProductionClientProtocol
from firebase_admin import messaging
from push_notifications.settings import PUSH_NOTIFICATIONS_SETTINGS

from notifications.channels.push import apns as apns_channel
from notifications.channels.push import fcm as fcm_channel
from tests.clients import Api
from tests.notifications.push import apns_server, web_push_server
from tests.notifications.push.apns_server import Apns, serving_apns
from tests.notifications.push.fcm_server import Fcm, serving_fcm
from tests.notifications.push.network import OUTSIDE, Network
from tests.notifications.push.steps import APNS_TOKEN, FCM_TOKEN, register
from tests.notifications.push.web_push_server import Browser, PushService, serving_web_push


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """What servers on loopback show, and who vouches for it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost", "push.example", "*.push.example").configure_cert(context)
    path = tmp_path_factory.mktemp("certificates") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, path


@pytest.fixture
def tls(certificates: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The servers' side of TLS, which the product trusts."""
    context, path = certificates
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return context


@pytest.fixture
def fcm(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fcm]:
    """Firebase Cloud Messaging."""
    with serving_fcm() as server:
        monkeypatch.setattr(messaging._MessagingService, "FCM_URL", server.url + "/v1/projects/{0}/messages:send")
        settings.FCM_CREDENTIALS = server.credentials
        settings.PUSH_KINDS = [*settings.PUSH_KINDS, "fcm"]
        fcm_channel.forget_app()
        yield server
        fcm_channel.forget_app()


@pytest.fixture
def apns(settings: Any, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext) -> Iterator[Apns]:
    """Apple's push service."""
    with serving_apns(tls) as (server, port):
        monkeypatch.setattr(APNsProductionClientProtocol, "APNS_SERVER", "127.0.0.1")
        monkeypatch.setattr(APNsProductionClientProtocol, "APNS_PORT", port)
        settings.APNS_KEY, settings.APNS_KEY_ID = apns_server.KEY_PEM, apns_server.KEY_ID
        settings.APNS_TEAM_ID, settings.APNS_TOPIC = apns_server.TEAM_ID, apns_server.TOPIC
        settings.PUSH_KINDS = [*settings.PUSH_KINDS, "apns"]
        apns_channel.forget_client()
        yield server
        apns_channel.forget_client()


@pytest.fixture
def push_service(settings: Any, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext) -> Iterator[PushService]:
    """A Web Push service."""
    with serving_web_push(tls) as server:
        settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = web_push_server.VAPID_KEY, web_push_server.SUBJECT
        monkeypatch.setitem(PUSH_NOTIFICATIONS_SETTINGS, "WP_PRIVATE_KEY", web_push_server.VAPID_KEY)
        monkeypatch.setitem(PUSH_NOTIFICATIONS_SETTINGS, "WP_CLAIMS", {"sub": web_push_server.SUBJECT})
        settings.PUSH_KINDS = [*settings.PUSH_KINDS, "webpush"]
        yield server


@pytest.fixture
def network(push_service: PushService, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Where the push service has a name and an address outside."""
    made = Network(push_service.port)
    made.names[web_push_server.NAME] = [OUTSIDE]
    made.take_over(monkeypatch)
    return made


@pytest.fixture
def phone(alice: Api, fcm: Fcm) -> str:
    """Alice's device at FCM."""
    return register(alice, kind="fcm", token=FCM_TOKEN)


@pytest.fixture
def tablet(alice: Api, apns: Apns) -> str:
    """Alice's device at Apple."""
    return register(alice, kind="apns", token=APNS_TOKEN)


@pytest.fixture
def browser(alice: Api, push_service: PushService, network: Network) -> Browser:
    """Alice's browser, registered."""
    made = push_service.subscribe()
    register(alice, **made.subscription)
    return made
