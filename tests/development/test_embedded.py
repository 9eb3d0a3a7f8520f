"""The database and the environment of the tests themselves."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.development.programs import BASE_DIR, processes_of, started, wait_until

SLEEPER = """
import os, pathlib, time
def test_sleeps():
    pathlib.Path({file!r}).write_text(os.environ["DATA_DIR"])
    time.sleep(60)
"""


def test_a_developers_own_data_folder_is_not_read():
    assert not (Path(os.environ["DATA_DIR"]) / "env").exists()
    assert settings.EMAIL_BACKEND == "django.core.mail.backends.locmem.EmailBackend"
    assert settings.HTTPS is False


@pytest.mark.skipif(sys.platform != "linux", reason="Looks at processes in /proc.")
@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.soak), signal.SIGTERM])
def test_interrupted_tests_leave_no_database_behind(tmp_path, number):
    seen = tmp_path / "seen"
    (tmp_path / "test_sleeper.py").write_text(SLEEPER.format(file=str(seen)))
    config = ["-c", str(BASE_DIR / "pyproject.toml"), "-p", "no:cacheprovider"]
    with started([sys.executable, "-m", "pytest", *config, str(tmp_path)], tmp_path / "log") as process:
        wait_until(lambda: seen.exists() and seen.read_text(), seconds=30)
        folder = Path(seen.read_text())
        assert (folder / "postgres").is_dir()
        process.send_signal(number)
        assert process.wait(30) == 2
    assert not folder.exists()
    assert processes_of(folder) == []
