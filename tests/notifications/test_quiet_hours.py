"""In quiet hours, by the customer's own clock, only what is about a running order is pushed; mail is not held."""

from datetime import UTC, datetime, time

import pytest

from notifications.addressing import address_messages, end_of_quiet_hours
from notifications.claiming import claim_deliveries
from notifications.contacts import Contact
from notifications.kinds import KINDS
from notifications.models import Delivery, Device, Preferences
from tests.notifications.telling import tell

NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
MORNING = datetime(2026, 3, 3, 6, tzinfo=UTC)


def quiet(begin, end):
    return Preferences(quiet_from=time.fromisoformat(begin), quiet_to=time.fromisoformat(end))


def ends_at(preferences, moment, zone="Europe/Berlin"):
    """When the quiet hours are over that hold at a moment, in UTC."""
    end = end_of_quiet_hours(preferences, Contact(None, zone, "en"), datetime.fromisoformat(moment))
    return None if end is None else end.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-02T20:59:59Z", None),
        ("2026-03-02T21:00:00Z", "2026-03-03 06:00"),
        ("2026-03-02T22:59:59Z", "2026-03-03 06:00"),
        ("2026-03-02T23:00:00Z", "2026-03-03 06:00"),
        ("2026-03-03T05:59:59Z", "2026-03-03 06:00"),
        ("2026-03-03T06:00:00Z", None),
        ("2026-03-31T23:30:00Z", "2026-04-01 05:00"),
        ("2026-12-31T22:30:00Z", "2027-01-01 06:00"),
    ],
)
def test_they_go_past_midnight(moment, end):
    assert ends_at(quiet("22:00", "07:00"), moment) == end


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-02T11:59:59Z", None),
        ("2026-03-02T12:00:00Z", "2026-03-02 14:00"),
        ("2026-03-02T13:59:59Z", "2026-03-02 14:00"),
        ("2026-03-02T14:00:00Z", None),
    ],
)
def test_they_may_lie_within_a_day(moment, end):
    assert ends_at(quiet("13:00", "15:00"), moment) == end


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2026-03-03 07:00"),
        ("Asia/Kathmandu", "2026-03-03 01:15"),
        ("America/New_York", None),
        ("Pacific/Kiritimati", None),
    ],
)
def test_they_are_by_the_customers_own_clock(zone, end):
    assert ends_at(quiet("22:00", "07:00"), "2026-03-02T22:30:00Z", zone) == end


@pytest.mark.parametrize(
    ("begin", "end", "moment", "over"),
    [
        # The clock goes from 02:00 to 03:00: the night is an hour shorter.
        ("22:00", "07:00", "2026-03-28T23:00:00Z", "2026-03-29 05:00"),
        ("22:00", "07:00", "2026-03-29T01:30:00Z", "2026-03-29 05:00"),
        # They would end at a time that there is not: an hour later, as clocks are read then.
        ("22:00", "02:30", "2026-03-29T00:30:00Z", "2026-03-29 01:30"),
        # It goes back from 03:00 to 02:00: an hour longer.
        ("22:00", "07:00", "2026-10-24T22:00:00Z", "2026-10-25 06:00"),
        ("22:00", "07:00", "2026-10-25T00:30:00Z", "2026-10-25 06:00"),
        ("22:00", "07:00", "2026-10-25T01:30:00Z", "2026-10-25 06:00"),
    ],
)
def test_on_days_on_which_clocks_change_they_end_by_the_clock(begin, end, moment, over):
    assert ends_at(quiet(begin, end), moment) == over


def test_whoever_has_none_is_never_left_alone():
    assert ends_at(None, "2026-03-02T23:00:00Z") is None
    assert ends_at(Preferences(), "2026-03-02T23:00:00Z") is None


@pytest.fixture
def at_night(alice, settings, time_machine):
    """Alice, in her quiet hours, with a device."""
    settings.PUSH_KINDS = ["fcm"]
    account = {"time_zone": "Europe/Berlin", "notifications": {"quiet_hours": {"from": "22:00", "to": "07:00"}}}
    assert alice.call("PATCH", "account", account).status == 200
    session = alice.customer.sessions.get()
    session.expires_at = datetime(2099, 1, 1, tzinfo=UTC)
    session.save()
    Device.objects.create(
        kind="fcm", token="t", recipient_id=alice.customer.id, session_id=session.id, created_at=NIGHT
    )
    time_machine.move_to(NIGHT, tick=False)
    return alice


def tell_alice(alice, kind, **more):
    return tell(kind=kind, recipient_kind="customer", recipient_id=alice.customer.id, **more)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.push])
def test_only_what_is_about_a_running_order_is_pushed_then(at_night, kind):
    tell_alice(at_night, kind)
    address_messages()
    due = dict(Delivery.objects.values_list("channel", "due_at"))
    assert due["push"] == (NIGHT if KINDS[kind].about_running_order else MORNING)


@pytest.mark.django_db
def test_mail_is_not_held_back(at_night):
    tell_alice(at_night, "refund_succeeded")
    address_messages()
    assert Delivery.objects.get(channel="email").due_at == NIGHT


@pytest.mark.django_db
def test_what_is_held_back_holds_back_nothing_else_about_the_order(at_night, time_machine):
    about = at_night.customer.id
    held = tell_alice(at_night, "refund_succeeded", subject_id=about)
    tell_alice(at_night, "order_status", subject_id=about)
    address_messages()
    [(_channel, parcel)] = claim_deliveries({"fcm": 9}).parcels
    assert parcel.kind == "order_status"

    time_machine.move_to(MORNING, tick=False)
    kinds = {str(parcel.message_id): parcel.kind for _channel, parcel in claim_deliveries({"fcm": 9}).parcels}
    assert held in kinds
