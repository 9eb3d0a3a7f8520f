"""Mail that goes to a server on loopback."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.email.smtp import MailServer, serving


@pytest.fixture
def mail_goes_there(settings: Any) -> Any:
    """Has mail go to a server."""

    def go(server: MailServer) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5

    return go


@pytest.fixture
def mail_server(db: None, mail_goes_there: Any) -> Iterator[MailServer]:
    with serving() as server:
        mail_goes_there(server)
        yield server
