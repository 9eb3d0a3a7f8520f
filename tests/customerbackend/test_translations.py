"""Everything that somebody reads has its Russian, and customers who ask for it get it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from django.utils import translation

from customerbackend.development import messages
from customerbackend.development.messages import (
    MO_FILE,
    PO_FILE,
    compile_translations,
    extract_messages,
    parts_of_f_strings,
    read_translations,
    translate,
    untranslated,
    write_translations,
)
from orders.statuses import VisibleStatus
from tests.factories import PASSWORD

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{\w*\}|%\(\w+\)[a-z]|%[a-z]")
SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """Each file is taken apart once: it takes long, and the code stays what it is meanwhile."""
    found: dict[bytes, list[Any]] = {}

    def extract_once(method: str, file: BytesIO, **options: Any) -> list[Any]:
        text = file.getvalue()
        if text not in found:
            found[text] = list(extract(method, file, **options))
        return found[text]

    with patch.object(messages, "extract", extract_once):
        yield


def kept_messages() -> list[Message]:
    """Every text of the catalog."""
    return [message for message in read_translations() if message.id]


def several(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """One text, or one for each plural form."""
    return [text] if isinstance(text, str) else list(text or ())


def test_every_text_has_its_russian():
    assert len(kept_messages()) > 300
    assert untranslated(read_translations()) == []


def test_a_text_inside_an_f_string_is_seen_too():
    source = """f"{gettext('Expected')} {moment:%H:%M}" + f" ({_('default')})\""""
    assert list(parts_of_f_strings(source)) == ["gettext('Expected')", "moment", "_('default')"]
    assert {"Expected", "default"} <= {message.id for message in extract_messages()}


def test_there_is_nothing_that_the_code_no_longer_says_and_nothing_uncertain():
    known = read_translations()
    assert {str(message.id) for message in known} == {"", *(str(message.id) for message in extract_messages())}
    assert not known.obsolete
    assert not any(message.fuzzy for message in known)


def test_another_run_would_change_nothing():
    translations = translate(extract_messages(), read_translations())
    assert write_translations(translations) == PO_FILE.read_bytes()
    assert compile_translations(translations) == MO_FILE.read_bytes()


@pytest.fixture
def copies(tmp_path, monkeypatch) -> Path:
    """A folder with copies of both files, which the command takes for them."""
    for name in ("PO_FILE", "MO_FILE"):
        original = getattr(messages, name)
        monkeypatch.setattr(messages, name, tmp_path / original.name)
        (tmp_path / original.name).write_bytes(original.read_bytes())
    return tmp_path


def test_the_command_changes_nothing_and_has_nothing_to_say(copies, capsys):
    with pytest.raises(SystemExit) as ended:
        messages.main()
    assert (ended.value.code, capsys.readouterr().out) == (0, "")
    assert (copies / "django.po").read_bytes() == PO_FILE.read_bytes()
    assert (copies / "django.mo").read_bytes() == MO_FILE.read_bytes()


def test_the_command_names_what_lacks_its_russian(copies, capsys):
    text = PO_FILE.read_text(encoding="utf-8")
    (copies / "django.po").write_text(text.replace('msgstr "Не найдено"', 'msgstr ""'), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        messages.main()
    assert (ended.value.code, capsys.readouterr().out) == (1, "no Russian: Not found\n")
    assert "Не найдено" not in (copies / "django.po").read_text(encoding="utf-8")
    assert "Не найдено".encode() not in (copies / "django.mo").read_bytes()


def test_the_header_says_nothing_that_changes():
    header = PO_FILE.read_text(encoding="utf-8").partition("\n\n")[0]
    names = re.findall(r'^"([A-Za-z-]+): ', header, re.MULTILINE)
    assert names == [
        "Project-Id-Version", "Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms",
    ]  # fmt: skip


def test_a_text_that_is_new_gone_or_differently_counted_is_told_from_one_that_is_known():
    known = read_translations()
    texts = extract_messages()
    texts.add("Nobody says this.")
    texts.add(("%(count)d cat", "%(count)d cats"))
    del texts["Not found"]
    translations = translate(texts, known)

    assert "Not found" not in translations
    assert [str(m.id) for m in translations if m.id and not any(several(m.string))] == [
        "Nobody says this.",
        "('%(count)d cat', '%(count)d cats')",
    ]
    known["Too many requests"].flags.add("fuzzy")
    assert untranslated(known) == ["Too many requests"]


def test_placeholders_are_the_same_on_both_sides():
    for message in kept_messages():
        wanted = sorted(PLACEHOLDER.findall(several(message.id)[-1]))
        for text in several(message.string):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, message.id


def test_the_russian_is_russian():
    for message in kept_messages():
        assert len(several(message.string)) == (3 if message.pluralizable else 1)
        for text in several(message.string):
            assert re.search("[а-яё]", text, re.IGNORECASE), message.id
            assert not re.search('[“”"]', text), message.id
            assert text == text.strip(), message.id


@pytest.mark.parametrize(
    ("status", "russian"),
    [
        (VisibleStatus.WAITING_FOR_PAYMENT, "ожидает оплаты"),
        (VisibleStatus.PROCESSING, "обрабатывается"),
        (VisibleStatus.COOKING, "готовится"),
        (VisibleStatus.IN_DELIVERY, "в доставке"),
        (VisibleStatus.DELIVERED, "доставлен"),
    ],
)
def test_statuses_that_a_customer_sees(status, russian):
    assert str(status.label) != russian
    with translation.override("ru"):
        assert str(status.label) == russian


def test_a_refusal(anybody):
    answer = anybody.get("nope", accept_language="ru")
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.json["title"] == "Не найдено"
    assert answer.json["detail"] == "Здесь ничего нет, или это не ваше."


def test_a_refusal_of_a_parameter(anybody):
    answer = anybody.get("menu?colour=red", accept_language="ru-RU, en;q=0.5")
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.json["title"] == "Некорректный запрос"
    assert answer.json["detail"] == "Что именно не так, сказано в «errors»."
    assert answer.json["errors"] == [
        {"parameter": "colour", "code": "unknown_parameter", "detail": "Такого параметра нет."}
    ]


def test_a_refusal_that_names_values(anybody):
    answer = anybody.get("products?dietary=raw", accept_language="ru")
    assert answer.json["errors"][0]["detail"].startswith("«raw» — не одно из: ")


def test_a_refusal_with_braces_in_it(alice, soup):
    answer = alice.place({"expected_total": 12}, accept_language="ru")
    details = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert details["/expected_total"] == (
        "Сумма записывается так: {«amount»: минимальные денежные единицы, «currency»: «EUR»}."
    )


def test_the_page_of_problems(anybody):
    page = anybody.get("/problems", accept_language="ru").text
    assert '<html lang="ru">' in page
    assert "<h1>Ошибки</h1>" in page
    assert "Филиал сейчас не принимает заказы." in page
    assert "The branch" not in page


def test_the_mail_of_a_sign_up(anybody, mailoutbox, settings):
    settings.COMPANY_NAME = "Кухня № 1"
    body = {"login": "carol", "email": "carol@example.com", "password": PASSWORD}
    answer = anybody.post("auth/sign-up", body, accept_language="ru")
    assert answer.status == 202

    (mail,) = mailoutbox
    ((html, _media_type),) = mail.alternatives
    assert mail.subject == "Ваш код для Кухня № 1"
    for text in (mail.body, html):
        assert "Чтобы завершить регистрацию, введите в приложении этот код:" in text
        assert "Он действует 15 минут." in text
        assert len(SIX_DIGITS.findall(re.sub(r"#\w+", "", text))) == 1
    assert SIX_DIGITS.findall(mail.body)[0] in html
    assert not SIX_DIGITS.search(mail.subject)


def test_the_mail_of_a_sign_up_with_a_known_address(alice, anybody, mailoutbox):
    body = {"login": "carol", "email": alice.customer.email, "password": PASSWORD}
    anybody.post("auth/sign-up", body, accept_language="ru")

    (mail,) = mailoutbox
    assert mail.subject.startswith("У вас уже есть аккаунт в ")
    assert "войдите с этим адресом и своим паролем" in mail.body
    assert not SIX_DIGITS.search(mail.body)
