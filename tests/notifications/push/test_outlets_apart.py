"""A provider that hangs keeps nobody else waiting."""

import pytest

from tests.notifications.push.steps import states, tell_status
from tests.notifications.telling import deliver, tell
from tests.servers import wait_until

pytestmark = pytest.mark.django_db


def test_while_one_hangs_the_others_deliver(alice, fcm, apns, push_service, phone, tablet, browser, kitchen, endpoint):
    def hang(message) -> str:
        """No answer before everybody else has got theirs."""
        wait_until(lambda: len(apns.came) == len(push_service.came) == len(kitchen.came) == 20)
        return ""

    fcm.answer = hang
    for _ in range(20):
        tell_status(alice)
        tell()
    deliver()
    assert len(fcm.came) == len(apns.came) == len(push_service.came) == len(kitchen.came) == 20
    assert states() == [("delivered", "")] * 60
