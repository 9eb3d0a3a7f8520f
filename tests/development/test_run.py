"""`make run`: a whole life of it, and everything that keeps it from starting."""

import http.client
import signal
import socket
import sys

import pytest

from tests.development.programs import RUN, complete, free_port, processes_of, started, wait_until
from tests.development.running import READY, Running

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Looks at processes in /proc.")
COUNT_CUSTOMERS = "from accounts.models import Customer; print(Customer.objects.count())"


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def see_alice_and_bob(running: Running) -> None:
    for login in ("alice", "bob"):
        session = running.call("POST", "auth/sign-in", {"login": login, "password": "demo-Passw0rd"})
        assert session["access_token"]


def keys_of(running: Running) -> dict[str, str]:
    """The keys that a run has made."""
    lines = dict(line.split("=", 1) for line in (running.data / "env").read_text().splitlines() if "=" in line)
    return {name: value for name, value in lines.items() if name.endswith("_KEY") and value}


def test_it_serves_the_demo_company(running):
    assert READY in running.log.read_bytes()
    assert status_of(running.port, "/readyz") == 200
    assert (running.data / "env").stat().st_mode & 0o777 == 0o600
    assert "\nLIMIT_BY_ADDRESS_FACTOR=1000\n" in (running.data / "env").read_text()
    see_alice_and_bob(running)


def test_a_second_one_with_the_same_data_is_refused(running):
    second = complete(RUN, DATA_DIR=str(running.data), PORT=str(free_port()))
    assert second.returncode == 1
    assert second.stderr.startswith(f"make run: DATA_DIR {running.data} is in use by another `make run`")


@on_linux
def test_it_stops_leaves_nothing_and_finds_its_data_again(running):
    keys = keys_of(running)
    assert list(keys) == ["SECRET_KEY", "VAPID_PRIVATE_KEY"]
    customers = running.manage("shell", "--no-imports", "-c", COUNT_CUSTOMERS)
    assert running.end(signal.SIGTERM) == 0
    assert running.log.read_text().endswith("Stopped.\n")
    assert processes_of(running.data) == []

    running.start()

    assert keys_of(running) == keys
    assert running.manage("shell", "--no-imports", "-c", COUNT_CUSTOMERS) == customers
    see_alice_and_bob(running)


@on_linux
def test_a_part_that_dies_ends_the_whole(running):
    running.kill_postgres()
    assert running.ended() == 1
    assert "make run: PostgreSQL ended unexpectedly" in running.log.read_text()
    assert processes_of(running.data) == []


@on_linux
def test_what_is_killed_while_it_prepares_its_data_takes_everything_along(tmp_path):
    data, log = tmp_path / "data", tmp_path / "log"
    with started(RUN, log, DATA_DIR=str(data), PORT=str(free_port())) as process:
        wait_until(lambda: b"migrate" in log.read_bytes() and len(processes_of(data)) > 2)
        process.kill()
        process.wait(30)
        wait_until(lambda: processes_of(data) == [])


@pytest.mark.soak
@on_linux
def test_what_is_killed_while_it_serves_takes_everything_along(running):
    assert running.end(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: processes_of(running.data) == [])


def test_a_taken_port_ends_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = complete(RUN, DATA_DIR=str(tmp_path / "data"), PORT=str(port))
    assert result.returncode == 1
    assert result.stderr == (
        f"make run: The address 127.0.0.1:{port} cannot be served on: Address already in use; choose with PORT\n"
    )
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8" * 5000])
def test_a_port_that_is_none_ends_with_one_line(tmp_path, port):
    result = complete(RUN, DATA_DIR=str(tmp_path), PORT=port)
    assert result.returncode == 1
    assert result.stderr == f"make run: PORT must be a whole number from 1 to 65535, not {port!r}\n"


def test_a_data_folder_that_cannot_be_written_to_ends_with_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    result = complete(RUN, DATA_DIR=str(tmp_path / "file" / "data"), PORT=str(free_port()))
    assert result.returncode == 1
    assert result.stderr == f"make run: DATA_DIR {tmp_path}/file/data cannot be used: Not a directory\n"


@pytest.mark.parametrize(
    "url", ["mysql://user:geheim@host/name", "nonsense geheim", "postgres://user:geheim@host:x/name"]
)
def test_a_broken_database_url_ends_with_one_line_without_the_password(tmp_path, url):
    result = complete(RUN, DATA_DIR=str(tmp_path / "data"), PORT=str(free_port()), DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("make run: DATABASE_URL ")
    assert result.stderr.count("\n") == 1
    assert "geheim" not in result.stderr


def test_an_unreachable_database_ends_with_one_line(tmp_path):
    url = f"postgres://user:geheim@127.0.0.1:{free_port()}/name"
    result = complete(RUN, DATA_DIR=str(tmp_path / "data"), PORT=str(free_port()), DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("make run: DATABASE_URL cannot be used: connection to server at")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "data" / "env").exists()
