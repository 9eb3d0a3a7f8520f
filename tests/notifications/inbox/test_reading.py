"""The inbox: what a customer has been told, newest first, in their language, and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customerbackend.ids import new_id
from customerbackend.times import rfc3339
from notifications.inbox_serializers import InboxSerializer
from notifications.messages import withdraw_messages
from notifications.models import Message
from orders.statuses import Status, VisibleStatus
from tests.notifications.telling import tell
from tests.orders.steps import NOON, WAYS, advance, place
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db


def tell_them(api, kind="order_status", **more):
    return tell(kind=kind, recipient_kind="customer", recipient_id=api.customer.id, **more)


def inbox(api, query="", **headers):
    answer = api.get(f"notifications{query}", **headers)
    assert answer.status == 200, answer.text
    return answer.json


def test_it_is_empty_at_first(alice):
    assert inbox(alice) == {"data": [], "next_cursor": None, "unread_count": 0}


@pytest.mark.time_machine(NOON, tick=False)
def test_an_order_tells_of_itself(alice, soup):
    order = place(alice, soup, total=1200)
    page = inbox(alice)
    assert_shape(InboxSerializer, page)
    [item] = page["data"]
    assert item.pop("id") == str(Message.objects.get(recipient_kind="customer").id)
    assert item == {
        "kind": "order_status", "title": "We have your order", "text": "The kitchen knows of it and will start soon.",
        "order_id": order["id"], "status": "processing", "at": rfc3339(NOON), "read_at": None,
    }  # fmt: skip
    assert page["unread_count"] == 1


def test_the_newest_comes_first_page_by_page(alice):
    told = [tell_them(alice, at=NOON + timedelta(minutes=number // 2)) for number in range(5)]
    newest_first = sorted(told, key=lambda id: (told.index(id) // 2, id), reverse=True)
    first = inbox(alice, "?limit=2")
    second = inbox(alice, f"?limit=2&cursor={first['next_cursor']}")
    third = inbox(alice, f"?limit=2&cursor={second['next_cursor']}")
    assert [item["id"] for page in (first, second, third) for item in page["data"]] == newest_first
    assert third["next_cursor"] is None
    assert {page["unread_count"] for page in (first, second, third)} == {5}


def test_what_is_due_later_comes_when_it_is_due_and_counts_as_of_then(alice):
    now = timezone.now()
    before = tell_them(alice, at=now - timedelta(hours=1))
    later = tell_them(alice, kind="rate_order", at=now - timedelta(hours=2), due_at=now + timedelta(minutes=1))
    assert [item["id"] for item in inbox(alice)["data"]] == [before]
    assert inbox(alice)["unread_count"] == 1
    due_at = now - timedelta(minutes=1)
    Message.objects.filter(id=later).update(due_at=due_at)
    page = inbox(alice)
    assert (page["data"][0]["id"], page["data"][0]["at"]) == (later, rfc3339(due_at))
    assert page["unread_count"] == 2


def test_what_was_withdrawn_is_not_shown(alice):
    order_id = new_id()
    tell_them(alice, kind="rate_order", subject_id=order_id, due_at=timezone.now())
    withdraw_messages(kind="rate_order", subject_id=order_id)
    assert inbox(alice)["data"] == []


def test_what_has_been_emptied_is_not_shown_but_what_never_had_more_to_say(alice):
    tell_them(alice)
    security = tell_them(alice, kind="password_changed")
    Message.objects.update(data={})
    page = inbox(alice)
    assert ([item["id"] for item in page["data"]], page["unread_count"]) == ([security], 1)
    assert (page["data"][0]["order_id"], page["data"][0]["status"]) == (None, None)


@pytest.mark.parametrize(
    ("header", "theirs", "title"),
    [
        ({}, "en", "How was your order?"),
        ({}, "ru", "Как вам заказ?"),
        ({"accept_language": "ru"}, "en", "Как вам заказ?"),
        ({"accept_language": "en-GB, ru;q=0.5"}, "ru", "How was your order?"),
        ({"accept_language": "de, fr"}, "ru", "Как вам заказ?"),
        ({"accept_language": "*"}, "ru", "Как вам заказ?"),
    ],
)
def test_it_is_in_the_language_asked_for_else_the_customers(alice, header, theirs, title):
    alice.call("PATCH", "account", {"language": theirs})
    tell_them(alice, kind="rate_order", language="en")
    assert inbox(alice, **header)["data"][0]["title"] == title


def test_only_what_is_unread_can_be_asked_for(alice):
    first, second = tell_them(alice), tell_them(alice)
    assert alice.post(f"notifications/{first}/read", {}).status == 204
    assert [item["id"] for item in inbox(alice, "?unread=true")["data"]] == [second]
    assert {item["id"] for item in inbox(alice, "?unread=false")["data"]} == {first, second}
    assert inbox(alice)["unread_count"] == 1


def test_nobody_reads_what_bob_was_told_nor_what_the_kitchen_was(alice, bob):
    tell_them(bob)
    tell(recipient_kind="kitchen", recipient_id=alice.customer.id)
    assert inbox(alice) == {"data": [], "next_cursor": None, "unread_count": 0}


def test_no_internal_status_no_address_and_no_price_is_in_it(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS["restocking"], *WAYS["picking"][1:], "cooking", "cancelled", reason="Her neighbour rang")
    tell_them(alice, kind="email_changed", address="was@example.com", data={"new": "n…@example.com"})
    text = alice.get("notifications").text
    internal = set(Status.values) - set(VisibleStatus.values)
    assert [word for word in (*internal, "@example", "Ackerstr", "neighbour", "EUR", "amount") if word in text] == []


@pytest.mark.parametrize("query", ["?unread=maybe", "?read=true", "?limit=0", "?limit=101", "?cursor=nonsense"])
def test_what_is_no_query_is_refused(alice, query):
    parameter = query[1:].partition("=")[0]
    answer = alice.get(f"notifications{query}")
    assert_invalid(answer, (f"?{parameter}", answer.json["errors"][0]["code"]))


def test_without_a_token_there_is_none(anybody):
    assert_problem(anybody.get("notifications"), 401, "token_missing")


@pytest.mark.parametrize("count", [1, 200])
def test_a_page_is_one_statement_however_many_there_are(alice, count):
    for number in range(count):
        tell_them(alice, at=NOON + timedelta(seconds=number))
    cursor = inbox(alice, "?limit=1")["next_cursor"] or ""
    path = f"notifications?limit=100&cursor={cursor}" if cursor else "notifications"
    with statements_sent() as sent:
        assert alice.get(path).status == 200
    assert len(sent) == 1, sent
