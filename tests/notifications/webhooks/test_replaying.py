"""What happened in a span of time is sent to an endpoint again, under the same ids, in its order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.endpoints import EndpointIsOff, send_test
from notifications.messages import blank_messages
from notifications.models import Attempt, Delivery, Endpoint
from notifications.replaying import BadTimeRange, UnknownKinds, replay_messages
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import Receiver
from tests.notifications.telling import deliver, tell
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db

SIX, SEVEN, EIGHT = (datetime(2026, 5, 31, hour, tzinfo=UTC) for hour in (18, 19, 20))


def replay(endpoint: Endpoint, begin: datetime = SIX, end: datetime = EIGHT, **more: Any) -> int:
    return replay_messages(endpoint_id=endpoint.id, begin=begin, end=end, **more)


def test_what_has_arrived_is_sent_again_under_the_same_ids_in_its_order(kitchen: Receiver, endpoint: Endpoint) -> None:
    about = new_id()
    told = [tell(at=SIX + timedelta(minutes=minute), subject_id=about) for minute in range(5)]
    deliver()
    assert replay(endpoint) == 5
    deliver()
    assert kitchen.ids == told + told
    assert set(Delivery.objects.values_list("state", "attempts", "note")) == {("delivered", 1, "")}
    assert Attempt.objects.count() == 10


def test_what_happened_while_it_was_off_is_sent_too(kitchen: Receiver, endpoint: Endpoint) -> None:
    Endpoint.objects.update(is_on=False)
    told = tell(at=SIX)
    deliver()
    assert Delivery.objects.count() == 0
    Endpoint.objects.update(is_on=True)
    assert replay(endpoint) == 1
    deliver()
    assert kitchen.ids == [told]
    [delivery] = Delivery.objects.all()
    assert delivery.id.version == 7
    assert (delivery.id.int >> 80) / 1000 == pytest.approx(timezone.now().timestamp(), abs=60)


def test_the_range_begins_with_its_beginning_and_ends_before_its_end(kitchen: Receiver, endpoint: Endpoint) -> None:
    instant = timedelta(microseconds=1)
    for at in (SIX - instant, SIX, SEVEN - instant, SEVEN):
        tell(at=at)
    deliver()
    assert replay(endpoint, SIX, SEVEN) == 2


def test_only_what_the_endpoint_subscribes_to(kitchen: Receiver) -> None:
    mine = new_id()
    endpoint = make_endpoint(kitchen, kinds=["order_accepted", "order_cancelled"], branch_ids=[mine])
    wanted = tell(at=SIX, recipient_id=mine)
    tell(at=SIX)
    tell(at=SIX, recipient_id=mine, kind="order_adjusted")
    tell(at=SIX, recipient_id=mine, recipient_kind="warehouse", kind="order_cancelled")
    cancelled = tell(at=SIX, recipient_id=mine, kind="order_cancelled")
    deliver()
    assert replay(endpoint) == 2
    assert replay(endpoint, kinds=["order_cancelled"]) == 1
    deliver()
    assert sorted(kitchen.ids) == sorted([wanted, cancelled, wanted, cancelled])


def test_what_has_been_given_up_gets_all_its_tries_again(kitchen: Receiver, endpoint: Endpoint) -> None:
    tell(at=SIX)
    deliver()
    Delivery.objects.update(state="dead", attempts=12, note="answered 500")
    assert replay(endpoint) == 1
    assert list(Delivery.objects.values_list("state", "attempts", "note", "finished_at")) == [("pending", 0, "", None)]


def test_what_is_being_sent_is_left_alone(kitchen: Receiver, endpoint: Endpoint) -> None:
    tell(at=SIX)
    deliver()
    claim = new_id()
    Delivery.objects.update(
        state="pending", finished_at=None, claim_id=claim, leased_until=timezone.now() + timedelta(seconds=9)
    )
    assert replay(endpoint) == 0
    assert Delivery.objects.get().claim_id == claim


def test_what_is_erased_not_yet_due_or_a_test_is_not_sent(kitchen: Receiver, endpoint: Endpoint) -> None:
    about = new_id()
    tell(at=SIX, subject_id=about)
    deliver()
    blank_messages([about])
    tell(at=SIX, due_at=timezone.now() + timedelta(hours=1))
    send_test(endpoint_id=endpoint.id)
    assert replay(endpoint, SIX, timezone.now() + timedelta(minutes=1)) == 0


def test_nobody_else_is_sent_anything(kitchen: Receiver, endpoint: Endpoint) -> None:
    other = make_endpoint(kitchen)
    tell(at=SIX)
    deliver()
    replay(endpoint)
    assert [each.target_id for each in Delivery.objects.filter(state="pending")] == [endpoint.id]
    assert Delivery.objects.get(target_id=other.id).state == "delivered"


def test_it_takes_as_many_statements_for_many_as_for_one(kitchen: Receiver, endpoint: Endpoint) -> None:
    tell(at=SIX)
    deliver()
    replay(endpoint)  # what is prepared once a connection
    with statements_sent() as few:
        replay(endpoint)
    for _ in range(30):
        tell(at=SIX)
    deliver()
    with statements_sent() as many:
        assert replay(endpoint) == 31
    assert len(many) == len(few)


@pytest.mark.parametrize(("begin", "end"), [(SEVEN, SIX), (SIX, SIX)])
def test_a_range_without_length_is_refused(endpoint: Endpoint, begin: datetime, end: datetime) -> None:
    with pytest.raises(BadTimeRange):
        replay(endpoint, begin, end)


def test_a_range_that_has_not_begun_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(BadTimeRange):
        replay(endpoint, timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2))


def test_an_endpoint_that_is_off_and_unknown_kinds_are_refused(endpoint: Endpoint) -> None:
    with pytest.raises(UnknownKinds):
        replay(endpoint, kinds=["order_acepted"])
    Endpoint.objects.update(is_on=False)
    with pytest.raises(EndpointIsOff):
        replay(endpoint)


def command(*arguments: str) -> None:
    call_command("replay_messages", *arguments)


def test_the_command_takes_a_name_or_an_id(
    kitchen: Receiver, endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(at=SIX)
    tell(at=SIX, kind="order_cancelled")
    deliver()
    command(endpoint.name, "--from", "2026-05-31T18:00Z", "--to", "2026-05-31T20:00+00:00")
    command(str(endpoint.id), "--from", "2026-05-31", "--kind", "order_cancelled")
    assert capsys.readouterr().out.splitlines() == [
        f"{endpoint.name}: 2 messages are sent again.",
        f"{endpoint.name}: 1 message is sent again.",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "--from", "2026-05-31"), "There is no endpoint nowhere."),
        (("{name}", "--from", "yesterday"), "neither a day like 2026-05-31 nor a moment"),
        (("{name}",), "--from"),
        (("{name}", "--from", "2026-05-31", "--to", "2026-05-30"), "The end must be later than the beginning"),
        (("{name}", "--from", "2026-05-31", "--kind", "soup"), "There are no such kinds of messages: soup."),
    ],
)
def test_the_command_says_what_is_wrong(endpoint: Endpoint, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        command(*(argument.format(name=endpoint.name) for argument in arguments))
