"""pytest plugin: the tests' database and environment, there before Django reads its settings.

Without DATABASE_URL an embedded PostgreSQL is started and removed at the end: on memory where there is enough, on disk
for `make soak`, which writes gigabytes. Workers of pytest-xdist inherit all of it from the process that starts them.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from customerbackend.development.postgres import EmbeddedPostgres, PostgresFailed

BASE_DIR = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2**30
PREFIX = "customerbackend-tests-"
ENVIRONMENT = {
    "SECRET_KEY": "only-for-the-tests-" + "0123456789abcdef" * 3,
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "HTTPS": "false",
    "PUBLIC_URL": "http://testserver",
    "EMAIL_URL": "memorymail://",
    "PAYMENTS_SANDBOX": "true",
    "no_proxy": "127.0.0.1,localhost",  # else all variables are looked through for proxies at each request
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A wrapper comes before every plain hook, so before pytest-django's, which loads the settings.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepare(early_config)
    return (yield)


def prepare(config: pytest.Config) -> None:
    """Set the environment and start the database; both are gone when pytest is, also when it is asked to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = make_folder(is_large="not soak" not in config.known_args_namespace.markexpr)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    forget_settings_of_the_developer()
    os.environ.update(ENVIRONMENT, DATA_DIR=str(folder))
    if os.environ.get("DATABASE_URL"):
        return
    server = EmbeddedPostgres(folder / "postgres", durable=False, max_connections=200)
    config.add_cleanup(server.stop)
    try:
        server.start()
    except PostgresFailed as fault:
        raise pytest.UsageError(str(fault)) from fault
    os.environ["DATABASE_URL"] = server.url


def make_folder(*, is_large: bool) -> Path:
    """A new folder that is locked while this process lives; what killed runs have left behind is removed."""
    has_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
    disk = Path(tempfile.gettempdir())
    for old in (*MEMORY.glob(f"{PREFIX}*"), *disk.glob(f"{PREFIX}*")):
        # A young one may just be between being made and being locked.
        if old.lstat().st_uid == os.geteuid() and time.time() - old.lstat().st_mtime > 60 and lock(old):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if has_memory and not is_large else disk))
    folder.chmod(0o711)  # the database server may be another user
    lock(folder)
    return folder


def lock(folder: Path) -> bool:
    """Lock the folder until this process ends; False if another one has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    return True


def forget_settings_of_the_developer() -> None:
    """Unset every variable that .env.example knows, but for those that say which database to use."""
    for line in (BASE_DIR / ".env.example").read_text().splitlines():
        name = line.lstrip("# ").partition("=")[0]
        if name.isupper() and not name.startswith("DATABASE_"):
            os.environ.pop(name, None)
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
