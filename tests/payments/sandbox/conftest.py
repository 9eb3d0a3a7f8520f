"""The sandbox, switched on."""

from collections.abc import Iterator
from typing import Any

import pytest

from payments.providers.sandbox import SandboxProvider
from tests.payments.sandbox.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.PAYMENTS_SANDBOX = True


@pytest.fixture
def provider() -> SandboxProvider:
    return SandboxProvider()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as receiver:
        settings.PUBLIC_URL = receiver.url
        yield receiver
