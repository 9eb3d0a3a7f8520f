"""`make run`: a whole life of it, and everything that keeps it from starting."""

import http.client
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.development.programs import RUN, complete, free_port, processes_of, started, wait_until

READY = b"customerbackend is ready"


def wait_until_ready(process, log: Path) -> None:
    wait_until(lambda: READY in log.read_bytes() or process.poll() is not None, seconds=60)
    assert process.poll() is None, log.read_text()


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def manage(data_folder: Path, statement: str) -> str:
    result = complete(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", statement], DATA_DIR=str(data_folder)
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def keys_of(data: Path) -> dict[str, str]:
    """The keys that a run has made."""
    lines = dict(line.split("=", 1) for line in (data / "env").read_text().splitlines() if "=" in line)
    return {name: value for name, value in lines.items() if name.endswith("_KEY") and value}


@pytest.mark.skipif(sys.platform != "linux", reason="Looks at processes in /proc.")
def test_it_serves_stops_leaves_nothing_and_finds_its_data_again(tmp_path):
    data, log, port = tmp_path / "data", tmp_path / "log", free_port()
    count = "from accounts.models import Customer as c; print(c.objects.filter(login__in=['alice', 'bob']).count())"
    with started(RUN, log, DATA_DIR=str(data), PORT=str(port)) as process:
        wait_until_ready(process, log)
        assert status_of(port, "/readyz") == 200
        assert (data / "env").stat().st_mode & 0o777 == 0o600
        assert manage(data, count) == "2"
        secrets = keys_of(data)
        assert list(secrets) == ["SECRET_KEY", "VAPID_PRIVATE_KEY"]
        assert "\nLIMIT_BY_ADDRESS_FACTOR=1000\n" in (data / "env").read_text()

        second = complete(RUN, DATA_DIR=str(data), PORT=str(free_port()))
        assert second.returncode == 1
        assert second.stderr.startswith(f"make run: DATA_DIR {data} is in use by another `make run`")

        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert log.read_text().endswith("Stopped.\n")
    assert processes_of(data) == []

    with started(RUN, log, DATA_DIR=str(data), PORT=str(port)) as process:
        wait_until_ready(process, log)
        assert keys_of(data) == secrets
        assert manage(data, count) == "2"
        # What is killed takes everything else along.
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        wait_until(lambda: processes_of(data) == [])


def test_a_part_that_dies_ends_the_whole(tmp_path):
    data, log = tmp_path / "data", tmp_path / "log"
    with started(RUN, log, DATA_DIR=str(data), PORT=str(free_port())) as process:
        pid_file = data / "postgres" / "postmaster.pid"
        wait_until(lambda: b"migrate" in log.read_bytes() and pid_file.exists())
        wait_until_ready(process, log)
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        assert process.wait(30) == 1
    assert "make run: PostgreSQL ended unexpectedly" in log.read_text()
    assert processes_of(data) == []


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
