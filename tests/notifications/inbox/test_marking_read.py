"""Messages are read one by one, or all up to the newest that was shown."""

from datetime import timedelta

import pytest

from customerbackend.ids import new_id
from customerbackend.times import rfc3339
from notifications.models import Message
from tests.notifications.telling import tell
from tests.orders.steps import NOON, nothing_written
from tests.problems import assert_invalid, assert_problem
from tests.statements import statements_sent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def tell_them(api, minutes=0, **more):
    return tell(
        kind="order_status", recipient_kind="customer", recipient_id=api.customer.id,
        at=NOON - timedelta(hours=1) + timedelta(minutes=minutes), **more,
    )  # fmt: skip


def unread(api):
    return {item["id"] for item in api.get("notifications?unread=true").json["data"]}


def read(api, message_id):
    return api.post(f"notifications/{message_id}/read", {})


def test_a_message_is_read_once_and_said_again_nothing_changes(alice, time_machine):
    message, other = tell_them(alice), tell_them(alice)
    answer = read(alice, message)
    assert (answer.status, answer.text) == (204, "")
    time_machine.move_to(NOON + timedelta(minutes=5), tick=False)
    with nothing_written():
        assert read(alice, message).status == 204
    items = {item["id"]: item["read_at"] for item in alice.get("notifications").json["data"]}
    assert items == {message: rfc3339(NOON), other: None}


def test_somebody_elses_is_not_there(alice, bob):
    message = tell_them(alice)
    with nothing_written():
        assert_problem(read(bob, message), 404, "not_found")
        assert_problem(read(bob, new_id()), 404, "not_found")
        assert_problem(bob.post(f"notifications/{message}/read", {"nonsense": 1}), 404, "not_found")


def test_what_is_not_due_yet_is_not_there_yet(alice):
    message = tell_them(alice, due_at=NOON + timedelta(minutes=1))
    with nothing_written():
        assert_problem(read(alice, message), 404, "not_found")
        assert alice.post("notifications/read-all", {}).status == 204


def test_a_body_that_says_something_is_refused(alice):
    message = tell_them(alice)
    with nothing_written():
        assert_invalid(alice.post(f"notifications/{message}/read", {"nonsense": 1}), ("/nonsense", "unknown_field"))
        assert_invalid(alice.post("notifications/read-all", {"up_to_id": "x"}), ("/up_to_id", "invalid"))
        assert_invalid(alice.post("notifications/read-all", {"before": "x"}), ("/before", "unknown_field"))


def test_all_are_read_at_once(alice, bob):
    first, mine, his = tell_them(alice), tell_them(alice, 1), tell_them(bob)
    read(alice, first)
    assert alice.post("notifications/read-all", {}).status == 204
    assert alice.post("notifications/read-all").status == 204
    assert unread(alice) == set()
    assert unread(bob) == {his}
    assert Message.objects.get(id=mine).read_at == NOON


def test_what_came_after_the_newest_that_was_shown_stays_unread(alice):
    old, shown, came = (tell_them(alice, minutes) for minutes in range(3))
    assert alice.post("notifications/read-all", {"up_to_id": shown}).status == 204
    assert unread(alice) == {came}
    assert Message.objects.get(id=old).read_at == NOON


def test_of_messages_of_one_moment_those_after_it_in_the_list_are_read(alice):
    for _ in range(3):
        tell_them(alice)
    shown = [item["id"] for item in alice.get("notifications").json["data"]]
    assert alice.post("notifications/read-all", {"up_to_id": shown[1]}).status == 204
    assert unread(alice) == {shown[0]}


def test_up_to_what_is_not_theirs_nothing_is_read(alice, bob):
    tell_them(bob)
    hers = tell_them(alice)
    with nothing_written():
        for message_id in (hers, str(new_id())):
            problem = assert_problem(
                bob.post("notifications/read-all", {"up_to_id": message_id}), 422, "notification_unknown"
            )
            assert problem["errors"][0]["pointer"] == "/up_to_id"


@pytest.mark.parametrize("count", [1, 100])
def test_marking_is_one_statement_however_many_there_are(alice, bob, count):
    told = [tell_them(alice) for _ in range(count)]
    for path in (f"notifications/{told[0]}/read", "notifications/read-all"):
        assert bob.post(path, {}).status in (204, 404)  # the statement is prepared, his requests are counted ahead
        assert alice.get("notifications").status == 200
        with statements_sent() as sent:
            assert alice.post(path, {}).status == 204
        assert len(sent) == 1, sent
    assert unread(alice) == set()
