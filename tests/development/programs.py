"""Starts our programs the way a developer does, and sees what is left of them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.logs import personal_lines

BASE_DIR = Path(__file__).resolve().parent.parent.parent
RUN = [sys.executable, "-m", "customerbackend.development.run"]
SETTINGS = [
    "SECRET_KEY",
    "DATABASE_URL",
    "ALLOWED_HOSTS",
    "HTTPS",
    "PUBLIC_URL",
    "EMAIL_URL",
    "DATA_DIR",
    "PAYMENTS_SANDBOX",
]


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without what the tests have set in it, but with `variables`."""
    ours = [*SETTINGS, "DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "MAKEFLAGS", "MAKELEVEL"]
    return {name: value for name, value in os.environ.items() if name not in ours} | variables


def complete(command: list[str], **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the checkout to its end."""
    return subprocess.run(
        command,
        cwd=BASE_DIR,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], object], seconds: float = 20) -> None:
    """Return when it has happened; fail when it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def processes_of(data_folder: Path) -> list[str]:
    """The command lines of all living processes that were started with this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
            if os.fsencode(data_folder) in command + environment and command:
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


@contextlib.contextmanager
def started(command: list[str], log: Path, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a command in the checkout, its output in `log`; it is ended, if need be, with the block.

    What it has written must not tell of anybody.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=clean_environment(**variables),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert personal_lines(log.read_text(errors="replace")) == []
