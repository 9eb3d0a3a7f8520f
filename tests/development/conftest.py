"""One server for all who talk to it, and for those who end it: starting one takes long, the first time longest."""

from collections.abc import Iterator

import pytest

from tests.development.running import Running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs it comes first, and so, of several workers, to one: the others take over what comes last."""
    items.sort(key=lambda item: "running" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def only_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = Running(tmp_path_factory.mktemp("run"))
    server.start()
    yield server
    server.end()


@pytest.fixture
def running(only_one: Running) -> Running:
    """It serves, started again if the test before has ended it."""
    only_one.start()
    return only_one
