"""One server for all who only talk to it: starting one takes long."""

from collections.abc import Iterator

import pytest

from tests.development.programs import RUN, free_port, started, wait_until
from tests.development.running import Running


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    server = Running(free_port(), folder / "data")
    log = folder / "log"
    with started(RUN, log, DATA_DIR=str(server.data), PORT=str(server.port)) as process:
        wait_until(lambda: b"is ready" in log.read_bytes() or process.poll() is not None, seconds=60)
        assert process.poll() is None, log.read_text()
        yield server
