"""A mail server on loopback that can be told what to answer."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.development.programs import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's own log, which is not ours


class MailServer:
    """What has come, and what is answered: to a recipient, and to a mail's content; None means that it is taken."""

    def __init__(self) -> None:
        self.port = free_port()
        self.came: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.to_sender: str | None = None
        self.to_recipient: str | None = None
        self.to_content: str | None = None
        self.pause = 0.0  # seconds before each answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        await asyncio.sleep(self.pause)
        envelope.mail_from = address
        return self.to_sender or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        await asyncio.sleep(self.pause)
        if self.to_recipient is None:
            envelope.rcpt_tos.append(address)
        return self.to_recipient or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.pause)
        if self.to_content is None:
            self.came.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.recipients += envelope.rcpt_tos
        return self.to_content or "250 OK"


def nobody_signs_in(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


@contextmanager
def serving(*, authentication: bool = False) -> Iterator[MailServer]:
    """A server that listens until the block ends; with `authentication`, one that lets nobody in."""
    mail_server = MailServer()
    options: dict[str, Any] = {}
    if authentication:
        options = {"authenticator": nobody_signs_in, "auth_require_tls": False, "auth_required": True}
    controller = Controller(mail_server, hostname="127.0.0.1", port=mail_server.port, **options)
    controller.start()
    try:
        yield mail_server
    finally:
        controller.stop()


def text_of(message: EmailMessage) -> str:
    """Its plain part."""
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def page_of(message: EmailMessage) -> str:
    """Its HTML part."""
    body = message.get_body(("html",))
    assert body is not None
    return body.get_content()
