"""Time that a test sets while it runs."""

from collections.abc import Callable

import pytest
from time_machine import TimeMachineFixture

from tests.clients import Api, signed_in
from tests.factories import make_customer


@pytest.fixture
def alice_at(db: None, time_machine: TimeMachineFixture) -> Callable[[str], Api]:
    """Alice, signed in at a moment at which the clock then stands still."""

    def sign_in_at(moment: str) -> Api:
        time_machine.move_to(moment, tick=False)
        return signed_in(make_customer("alice"))

    return sign_in_at
