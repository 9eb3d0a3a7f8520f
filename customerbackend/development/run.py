"""`make run`: the whole product on this machine, with the demo company, until Ctrl-C.

Settings come from the environment: PORT, HOST, WORKERS, DATA_DIR, and DATABASE_URL to use a PostgreSQL of one's own.
What keeps it from starting is one line on stderr and exit code 1; whatever the end, nothing is left running.
"""

import contextlib
import fcntl
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from customerbackend.development.launch import LINUX, launch
from customerbackend.development.postgres import EmbeddedPostgres, PostgresFailed
from customerbackend.vapid import make_private_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SECONDS_FOR_THE_PORT = 3
SECONDS_TO_BE_READY = 60
SECONDS_TO_STOP = 15
PAUSE = 0.1
READY = """
customerbackend is ready. Ctrl-C stops it.

  Address        {address}
  API            {address}/docs
  Staff admin    {address}/admin
  Mail           {mail}
  Customers      alice, bob
  Staff          staff
  Password       demo-Passw0rd, for all three: a demonstration, not for production
"""


class CannotRun(Exception):
    """What keeps the product from starting or running. The message is one line."""


class Stopped(Exception):
    """Somebody asked for the end, by Ctrl-C or a signal."""


@dataclass(frozen=True)
class Options:
    """What the environment asks for."""

    host: str
    port: int
    workers: int
    data_folder: Path
    database_url: str

    @classmethod
    def from_environment(cls) -> "Options":
        """Read them. Raises CannotRun."""
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=whole_number("PORT", default="8000", highest=65535),
            workers=whole_number("WORKERS", default="2", highest=64),
            data_folder=(BASE_DIR / (os.environ.get("DATA_DIR") or ".data")).resolve(),
            database_url=os.environ.get("DATABASE_URL", ""),
        )

    @property
    def reachable_host(self) -> str:
        """Where this machine itself reaches the server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def address(self) -> str:
        """The URL of the server, for this machine."""
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}"

    @property
    def mail_folder(self) -> Path:
        """Where outgoing mail is written."""
        return self.data_folder / "mail"


def whole_number(name: str, *, default: str, highest: int) -> int:
    """The variable `name` as a number from 1 to `highest`. Raises CannotRun."""
    text = os.environ.get(name) or default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= highest):
        raise CannotRun(f"{name} must be a whole number from 1 to {highest}, not {text!r}")
    return int(text)


class Run:
    """One run. `cleanup` undoes, in reverse order, whatever was begun; nothing is begun without an entry there."""

    def __init__(self, options: Options, cleanup: contextlib.ExitStack) -> None:
        self.options = options
        self.cleanup = cleanup
        self.stop_requested = False
        self.postgres: EmbeddedPostgres | None = None
        self.programs: dict[str, subprocess.Popen[bytes]] = {}

    def request_stop(self, *_: object) -> None:
        """Signal handler. Only takes a note, so that nothing is torn apart half begun."""
        self.stop_requested = True

    def until_stopped(self) -> None:
        """Run everything. Raises Stopped when asked to end, CannotRun for every other end."""
        self._claim_data_folder()
        self._claim_port()
        database_url = self._database()
        write_environment(self.options, database_url)
        self._manage("migrate", "--no-input")
        self._manage("load_demo")
        self._start("order release", "manage.py", "release_orders", "--every", "30")
        self._start("payments", "manage.py", "process_payments", "--every", "1")
        self._start("messages", "manage.py", "deliver_messages")
        # fmt: off
        self._start(
            "server", "-m", "granian", "--interface", "wsgi", "--host", self.options.host,
            "--port", str(self.options.port), "--workers", str(self.options.workers), "--blocking-threads", "4",
            "--no-ws", "--log-level", "warning", "customerbackend.wsgi:application",
        )
        # fmt: on
        self._wait(self._is_ready, SECONDS_TO_BE_READY, "The server does not become ready; see its log above")
        say(READY.format(address=self.options.address, mail=self.options.mail_folder))
        self._wait(lambda: False, float("inf"), "")

    def _claim_data_folder(self) -> None:
        folder = self.options.data_folder
        try:
            self.options.mail_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
            handle = os.open(folder, os.O_RDONLY)
        except OSError as fault:
            raise CannotRun(f"DATA_DIR {folder} cannot be used: {fault.strerror}") from fault
        self.cleanup.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise CannotRun(f"DATA_DIR {folder} is in use by another `make run`; give this one its own") from fault

    def _claim_port(self) -> None:
        """Raises CannotRun if the port is taken, after a moment for the server of a killed run to go."""
        end = time.monotonic() + SECONDS_FOR_THE_PORT
        while True:
            try:
                self.cleanup.enter_context(claimed_port(self.options.host, self.options.port))
                return
            except OSError as fault:
                if not isinstance(fault, socket.gaierror | PermissionError) and time.monotonic() < end:
                    self._pause()
                    continue
                where = f"{self.options.host}:{self.options.port}"
                reason = fault.strerror or str(fault)
                raise CannotRun(f"The address {where} cannot be served on: {reason}; choose with PORT") from fault

    def _database(self) -> str:
        if self.options.database_url:
            check_database(self.options.database_url)
            return self.options.database_url
        say("Starting PostgreSQL …")
        self.postgres = EmbeddedPostgres(self.options.data_folder / "postgres")
        self.cleanup.callback(self.postgres.stop)
        try:
            self.postgres.start()
        except PostgresFailed as fault:
            raise CannotRun(str(fault)) from fault
        return self.postgres.url

    def _manage(self, *arguments: str) -> None:
        """Run a command of manage.py to its end. Raises CannotRun if it fails, after showing what it said."""
        say(f"Running manage.py {arguments[0]} …")
        with tempfile.TemporaryFile() as output:
            process = self._launch("manage.py", *arguments, stdout=output, stderr=output)
            with ending(process):
                while process.poll() is None:
                    self._pause()
            if process.returncode:
                output.seek(0)
                sys.stderr.write(output.read().decode(errors="replace"))
                raise CannotRun(f"manage.py {arguments[0]} failed")

    def _start(self, name: str, *arguments: str) -> None:
        self.programs[name] = self.cleanup.enter_context(ending(self._launch(*arguments)))

    def _launch(self, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        # Empty variables go, so that the file in the data folder, whose values yield to them, can stand in.
        environment = {name: value for name, value in os.environ.items() if value}
        environment["DATA_DIR"] = str(self.options.data_folder)
        return launch([sys.executable, *arguments], cwd=BASE_DIR, env=environment, **options)

    def _wait(self, happened: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Return when something has happened. Raises CannotRun when it takes longer, or when a part of us ends."""
        end = time.monotonic() + seconds
        while not happened():
            self._pause()
            for name, process in self.programs.items():
                if process.poll() is not None:
                    raise CannotRun(f"The {name} ended unexpectedly (exit code {process.returncode}); all is stopped")
            if self.postgres and not self.postgres.is_running:
                raise CannotRun(f"PostgreSQL ended unexpectedly; all is stopped; see {self.postgres.log_file}")
            if time.monotonic() > end:
                raise CannotRun(otherwise)

    def _pause(self) -> None:
        time.sleep(PAUSE)
        if self.stop_requested:
            raise Stopped

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(self.options.reachable_host, self.options.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        return False


@contextlib.contextmanager
def ending(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    """The process ends with the block, by SIGTERM if need be, and with it every process that it started."""
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads its own group
        process.wait()


def claimed_port(host: str, port: int) -> socket.socket:
    """A socket that keeps others of our kind off the port, but not the server that we start. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)
    claim = socket.socket(family, kind, protocol)
    if LINUX:
        # The server's workers share the port with each other, so would two servers that started together. A bound
        # socket that lets only those who share come beside it, and that our own probe above is not, prevents that.
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        claim.bind(address)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return claim


def check_database(url: str) -> None:
    """Raises CannotRun unless the database can be connected to. No password gets into the message."""
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.ProgrammingError as fault:
        raise CannotRun("DATABASE_URL is not of the form postgres://user:password@host/name") from fault
    except psycopg2.OperationalError as fault:
        raise CannotRun(f"DATABASE_URL cannot be used: {' '.join(str(fault).split())}") from fault


def write_environment(options: Options, database_url: str) -> None:
    """Write DATA_DIR/env, with which every `manage.py` that is given the same DATA_DIR works on the same data."""
    path = options.data_folder / "env"
    old = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.exists() else {}
    values = {
        "SECRET_KEY": old.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "DATABASE_URL": database_url,
        "ALLOWED_HOSTS": "*",
        "HTTPS": "false",
        "PUBLIC_URL": options.address,
        # Web Push works here as it is; kept, for browsers subscribe with it.
        "VAPID_PRIVATE_KEY": old.get("VAPID_PRIVATE_KEY") or make_private_key(),
        "VAPID_SUBJECT": "mailto:developer@example.com",
        # Nobody pays real money here, unless STRIPE_SECRET_KEY is set.
        "PAYMENTS_SANDBOX": "true",
        # Whoever writes a client on this machine has one address for everything.
        "LIMIT_BY_ADDRESS_FACTOR": "1000",
        # A kitchen's system that is being written listens here, too.
        "WEBHOOKS_TO_PRIVATE_ADDRESSES": "true",
        # Four slashes: the path begins after the third.
        "EMAIL_URL": f"filemail:///{quote(str(options.mail_folder))}",
    }
    new = path.with_name("env.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Written by `make run` at every start; only the keys are kept.\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    new.replace(path)


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def main() -> int:
    """Run until asked to end (0) or until something is wrong (1)."""
    try:
        with contextlib.ExitStack() as cleanup:
            run = Run(Options.from_environment(), cleanup)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, run.request_stop)
            if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # it is under nohup
                signal.signal(signal.SIGHUP, run.request_stop)
            run.until_stopped()
    except Stopped:
        say("Stopped.")
    except CannotRun as fault:
        print(f"make run: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
