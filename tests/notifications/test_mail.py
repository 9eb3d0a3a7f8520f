"""Mail that somebody waits for: readable, in their language, and nothing in it looks like a code but the code."""

import re

import pytest
from django.core import mail
from django.utils import translation

from notifications.mail import MailNotSent, send_mail
from tests.development.programs import free_port
from tests.logs import logged

CODE = {"code": "042137", "minutes": 15}


def send(language: str = "en", kind: str = "sign_up_code", data=CODE):
    send_mail(kind=kind, address="alice@example.com", language=language, data=data)
    return mail.outbox[-1]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_in_a_mail_looks_like_a_code_but_the_code(language):
    for _ in range(20):
        raw = send(language).message().as_bytes().decode()
        assert set(re.findall(r"\d{6,}", raw)) == {"042137"}


def test_it_is_text_first_and_the_same_as_html():
    message = send()
    [text, html] = message.message().get_payload()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert message.subject == "Your code for Demo Kitchen"
    assert message.body.splitlines() == [
        "Enter this code in the app to finish signing up:",
        "",
        "    042137",
        "",
        "It is good for 15 minutes. If you did not ask for it, you need not do anything.",
    ]
    page = html.get_payload(decode=True).decode()
    assert '<html lang="en">' in page
    assert "<title>Your code for Demo Kitchen</title>" in page
    assert ">042137<" in page
    assert not re.findall(r"https?://|src=", page)


def test_it_is_in_the_language_asked_for_and_leaves_the_requests_alone():
    with translation.override("en"):
        message = send("ru")
        assert translation.get_language() == "en"
    assert message.subject != "Your code for Demo Kitchen"
    assert "Demo Kitchen" in message.subject
    assert re.search("[а-я]", message.body)
    assert '<html lang="ru">' in message.alternatives[0][0]


def test_it_goes_to_one_address_from_ours():
    message = send()
    assert (message.to, message.cc, message.bcc, message.from_email) == (
        ["alice@example.com"],
        [],
        [],
        "no-reply@localhost",
    )
    assert re.fullmatch(r"<[a-z]{32}@localhost>", message.message()["Message-ID"])


def test_two_mails_have_two_ids():
    assert send().message()["Message-ID"] != send().message()["Message-ID"]


def test_the_owner_of_a_known_address_gets_no_code():
    message = send(kind="sign_up_of_known_email", data={})
    assert message.subject == "You already have an account with Demo Kitchen"
    assert not re.findall(r"\d{4,}", message.body)


def test_a_name_is_text_and_no_html(settings):
    settings.COMPANY_NAME = "Fish & <b>Chips</b>"
    message = send()
    assert message.subject == "Your code for Fish & <b>Chips</b>"
    assert "Fish &amp; &lt;b&gt;Chips&lt;/b&gt;" in message.alternatives[0][0]


def test_a_mail_server_that_does_not_answer_is_named_without_the_address(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with logged() as log, pytest.raises(MailNotSent):
        send_mail(kind="sign_up_code", address="alice@example.com", language="en", data=CODE)
    assert [line["error"] for line in log.lines] == ["builtins.ConnectionRefusedError"]
    assert "alice" not in log.text and "042137" not in log.text
    assert mail.outbox == []
