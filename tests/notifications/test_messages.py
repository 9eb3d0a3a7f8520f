"""Messages: rows that are written with what happened, or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from customerbackend.ids import new_id
from notifications.messages import compose_message, write_messages
from notifications.models import Message
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


def compose(**changes):
    plain = {
        "kind": "order_status", "recipient_kind": "customer", "recipient_id": new_id(), "subject_id": new_id(),
        "at": AT, "data": {"number": "4711"},
    }  # fmt: skip
    return compose_message(**{**plain, **changes})


def test_a_message_is_kept_as_it_was_composed():
    whom, what = new_id(), new_id()
    message = compose(
        recipient_id=whom, subject_id=what, data={"text": "it's “ж” 🍲", "deep": [1, None]}, language="ru",
        address="alice@example.com", expires_at=AT + timedelta(hours=1),
    )  # fmt: skip
    write_messages(message)
    kept: dict[str, Any] = dict(Message.objects.values().get())
    assert str(kept.pop("id")) == message["id"]
    assert {name: kept[name] for name in message if name in kept} == {
        "kind": "order_status", "recipient_kind": "customer", "recipient_id": whom, "subject_id": what,
        "language": "ru", "address": "alice@example.com", "data": {"text": "it's “ж” 🍲", "deep": [1, None]},
        "is_once": False, "due_at": None, "expires_at": AT + timedelta(hours=1), "created_at": AT,
    }  # fmt: skip


def test_many_are_one_statement_and_none_are_none():
    write_messages(compose())
    with statements_sent() as sent:
        write_messages(*[compose() for _ in range(20)])
        write_messages()
    assert len(sent) == 1
    assert Message.objects.count() == 21


def test_they_go_with_the_transaction_that_they_belong_to():
    with pytest.raises(ValueError), transaction.atomic():
        write_messages(compose())
        raise ValueError
    assert not Message.objects.exists()


def test_a_recipient_of_no_known_kind_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="message_recipient_kind_known"), transaction.atomic():
        write_messages(compose(recipient_kind="nobody"))
    assert not Message.objects.exists()
