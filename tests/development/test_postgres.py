"""The embedded PostgreSQL: what it survives, what it leaves behind."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from customerbackend.development.postgres import EmbeddedPostgres, PostgresFailed
from tests.development.programs import BASE_DIR, clean_environment, wait_until

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux ends a process with its parent.")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    yield server
    server.stop()


def ask(server: EmbeddedPostgres, statement: str) -> object:
    with contextlib.closing(psycopg2.connect(server.url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None


def is_alive(pid: int) -> bool:
    # Of a killed process nobody may have taken notice yet.
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_it_listens_on_a_socket_that_only_its_owner_reaches(server):
    server.start()
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.socket_folder is not None
    assert server.socket_folder.stat().st_mode & 0o077 == 0
    assert ask(server, "SELECT current_database()") == "customerbackend"


def test_letters_beyond_ascii_have_a_lower_case(server):
    server.start()
    assert ask(server, "SELECT lower('ЖÄ')") == "жä"


def test_a_killed_server_starts_again_with_its_data_at_the_same_address(server):
    server.start()
    address = server.url
    ask(server, "CREATE TABLE kept AS SELECT 42 AS number")
    os.kill(server.pid, signal.SIGKILL)
    server.start()
    assert server.url == address
    assert ask(server, "SELECT number FROM kept") == 42


def test_a_frozen_server_stops(server):
    server.start()
    os.kill(server.pid, signal.SIGSTOP)
    server.stop()
    assert not server.is_running


def test_a_server_that_an_earlier_owner_left_is_ended_first(server):
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS number")
    heir = EmbeddedPostgres(server.data_folder, durable=False)
    heir.start()
    try:
        assert not server.is_running
        assert ask(heir, "SELECT number FROM kept") == 42
    finally:
        heir.stop()


def test_a_dead_servers_number_may_be_that_of_another_process(server):
    server.start()
    pid_file = server.data_folder / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(server.pid))
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        server.start()
        assert stranger.poll() is None
        stranger.kill()
    assert ask(server, "SELECT 1") == 1


def test_an_interrupted_preparation_is_made_anew(server):
    unfinished = server.data_folder.with_name("postgres.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert not unfinished.exists()


@pytest.mark.parametrize("name", ["d" * 120, "with space, comma'x+ж"])
def test_the_socket_of_an_awkward_data_folder_is_elsewhere_and_goes_with_the_server(tmp_path, name):
    server = EmbeddedPostgres(tmp_path / name / "postgres", durable=False)
    server.start()
    try:
        assert ask(server, "SELECT 1") == 1
        folder = server.socket_folder
        assert folder is not None
        assert folder != server.data_folder
    finally:
        server.stop()
    assert not folder.exists()


def test_a_data_folder_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PostgresFailed) as refusal:
        EmbeddedPostgres(tmp_path / "file" / "postgres").start()
    assert str(refusal.value).endswith("Not a directory.")


def test_a_broken_data_folder_is_one_line_and_leaves_nothing_running(server):
    server.start()
    server.stop()
    (server.data_folder / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(PostgresFailed) as refusal:
        server.start()
    assert "did not start" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not server.is_running


@linux_only
def test_it_ends_with_the_process_that_started_it(tmp_path):
    program = """
import os, pathlib, sys
from customerbackend.development.postgres import EmbeddedPostgres

server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    starter = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "postgres"],
        cwd=BASE_DIR,
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert starter.returncode == -signal.SIGKILL
    wait_until(lambda: not is_alive(int(starter.stdout)))
