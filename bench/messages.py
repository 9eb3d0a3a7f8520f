"""How many messages a second workers drain to a webhook receiver on this machine.

    .venv/bin/python bench/messages.py [--messages 20000] [--workers 2] [--check] [--profile FOLDER]

Writes that many messages, each about an order of its own, into a fresh database on the server of DATABASE_URL (by
default PostgreSQL on 127.0.0.1 with user postgres), starts so many `manage.py deliver_messages`, and measures from
their first delivery until the last is recorded. The receiver, a process of its own, answers 204, and with `--check`
verifies every hundredth signature. The database is dropped afterwards. All of it shares this machine's cores: say what
else ran.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from standardwebhooks import Webhook

BASE_DIR = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
DATABASE = f"bench_messages_{os.getpid()}"
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1raXRjaGVuLTAx"
LONGEST_SECONDS = 300
SAMPLE = 100

# As the kitchen is told of an order of two lines.
DATA = {
    "order_id": "0190a000-0000-7000-8000-000000000000", "number": "K7M-4RT", "comment": "No onions, please.",
    "lines": [
        {"name": f"Pizza {name}", "quantity": 2, "options": ["Large", "Extra cheese"], "note": "", "allergens": None}
        for name in ("Margherita", "Funghi")
    ],
    "allergies": ["milk"], "delivery_method": "courier", "cook_until": "2026-05-31T18:20:00Z",
    "promised_until": "2026-05-31T18:45:00Z",
}  # fmt: skip
WRITE = """
INSERT INTO notifications_message (id, kind, recipient_kind, recipient_id, subject_id, language, address, data, is_once,
    created_at)
SELECT gen_random_uuid(), 'order_accepted', 'kitchen', gen_random_uuid(), gen_random_uuid(), '', '', %s::jsonb, FALSE,
    clock_timestamp()
FROM generate_series(1, %s)
"""
DESCRIBE = """
SELECT count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE attempts > 1), min(finished_at),
    max(finished_at)
FROM notifications_delivery
"""


class Receiver(asyncio.Protocol):
    """Takes requests off a connection and answers each with 204; `came` counts ids."""

    came: dict[bytes, int] = {}
    is_checking = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.pending = b""

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while (end := self.pending.find(b"\r\n\r\n")) >= 0:
            lines = (line.partition(b":") for line in self.pending[:end].split(b"\r\n")[1:])
            head = {name.lower(): value.strip() for name, _, value in lines}
            whole = end + 4 + int(head[b"content-length"])
            if len(self.pending) < whole:
                return
            body, self.pending = self.pending[end + 4 : whole], self.pending[whole:]
            message_id = head[b"webhook-id"]
            self.came[message_id] = self.came.get(message_id, 0) + 1
            if self.is_checking and len(self.came) % SAMPLE == 0:
                Webhook(SECRET).verify(body, {name.decode(): value.decode() for name, value in head.items()})
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def receive(listener: socket.socket, pipe: Connection, is_checking: bool) -> None:
    """Serve until something is asked; answer with how many ids came, and how many of them more than once."""
    Receiver.is_checking = is_checking

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Receiver, sock=listener)
        while not pipe.poll():
            await asyncio.sleep(0.2)
        server.close()

    asyncio.run(serve())
    pipe.send((len(Receiver.came), sum(count > 1 for count in Receiver.came.values())))


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of a database that is there for the block."""
    server = psycopg2.connect(SERVER)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{DATABASE}"))
        finally:
            cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def environment(database: str) -> dict[str, str]:
    """What the workers find in theirs."""
    return {
        **os.environ, "DATA_DIR": "/nonexistent", "DATABASE_URL": database, "SECRET_KEY": "bench" * 10,
        "ALLOWED_HOSTS": "localhost", "WEBHOOKS_TO_PRIVATE_ADDRESSES": "true", "LOG_LEVEL": "WARNING",
    }  # fmt: skip


def prepare(database: str, url: str, messages: int) -> None:
    """The tables, an endpoint, and the messages."""
    manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(manage, cwd=BASE_DIR, env=environment(database), check=True)
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_endpoint (id, name, recipient_kind, url, secret, previous_secret, branch_ids,"
            " kinds, is_on, created_at, off_note, last_error)"
            " VALUES (gen_random_uuid(), 'bench', 'kitchen', %s, %s, '', '{}', '{}', TRUE, now(), '', '')",
            (url, SECRET),
        )
        cursor.execute(WRITE, (json.dumps(DATA), messages))
    connection.close()


def drain(database: str, messages: int, workers: int, profile: Path | None) -> tuple[int, int, float]:
    """Have workers deliver all of it: how many arrived, how many were tried twice, and the seconds that it took."""
    command = [sys.executable, "manage.py", "deliver_messages"]
    started = []
    for number in range(workers):
        profiled = ["-m", "cProfile", "-o", str(profile / f"worker-{number}.prof")] if profile else []
        started.append(subprocess.Popen([command[0], *profiled, *command[1:]], cwd=BASE_DIR, env=environment(database)))
    connection = psycopg2.connect(database)
    connection.autocommit = True
    gives_up_at = time.monotonic() + LONGEST_SECONDS
    with connection.cursor() as cursor:
        delivered, twice, first, last = 0, 0, None, None
        while delivered < messages and time.monotonic() < gives_up_at:
            time.sleep(1)
            cursor.execute(DESCRIBE)
            delivered, twice, first, last = cursor.fetchone()
    connection.close()
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(30)
    return delivered, twice, (last - first).total_seconds() if first and last else 0.0


def main() -> int:
    """Measure and print; 1 where not everything arrived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="verify every hundredth signature")
    parser.add_argument("--profile", type=Path, help="where each worker leaves what cProfile found of its own thread")
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks"
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=receive, args=(listener, theirs, options.check), daemon=True)
    receiver.start()
    with fresh_database() as database:
        prepare(database, url, options.messages)
        before = os.getloadavg()[0]
        delivered, twice, seconds = drain(database, options.messages, options.workers, options.profile)
    ours.send(None)
    came, repeated = ours.recv()
    receiver.join(10)
    print(
        f"{delivered} of {options.messages} messages in {seconds:.1f} s by {options.workers} workers: "
        f"{delivered / seconds if seconds else 0:.0f} a second. {came} ids came, {repeated} of them more than once; "
        f"{twice} were tried more than once. {os.cpu_count()} cores, load before {before:.1f}."
    )
    return 0 if delivered == came == options.messages else 1


if __name__ == "__main__":
    sys.exit(main())
