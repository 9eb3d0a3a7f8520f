"""How many statements a request about devices takes: a number that does not grow with the data."""

import pytest

from notifications.models import Device
from tests.clients import signed_in
from tests.factories import make_customer
from tests.notifications.push.steps import register
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)


def count(request) -> int:
    """Statements of a request on a warm connection: the second of two alike."""
    request()
    with statements_sent() as sent:
        request()
    return len(sent)


@pytest.mark.parametrize("devices", [1, 15])
def test_the_list_is_one_statement_with_the_session_check_inside(devices):
    alice = signed_in(make_customer("alice"))
    for number in range(devices):
        register(alice, kind="fcm", token=f"token-{number}")
    assert count(lambda: alice.get("devices")) == 1
    # BEGIN, the customer's turn, the statement, COMMIT; the session and the limit before.
    assert count(lambda: alice.post("devices", {"kind": "fcm", "token": "token-0"})) == 6
    ids = [str(device.id) for device in Device.objects.all()] + ["01890a5d-ac96-774b-bcce-b302099a8057"]
    assert count(lambda: alice.call("DELETE", f"devices/{ids.pop()}")) == 1
