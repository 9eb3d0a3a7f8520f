"""Without its secrets and addresses nothing starts, and the message says what lacks."""

import subprocess
import sys

import pytest

from tests.development.programs import BASE_DIR, clean_environment

COMPLETE = {
    "SECRET_KEY": "$" + "x" * 50,
    "DATABASE_URL": "postgres://user@127.0.0.1:1/name",
    "ALLOWED_HOSTS": "a.example",
}
PRINT = "from customerbackend import settings as s; print(s.SECRET_KEY, s.ALLOWED_HOSTS, s.DEBUG, s.HTTPS)"


def read_settings(folder, **variables):
    return subprocess.run(
        [sys.executable, "-c", PRINT],
        cwd=BASE_DIR,
        env=clean_environment(DATA_DIR=str(folder), **variables),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_three_suffice(tmp_path):
    result = read_settings(tmp_path, **COMPLETE)
    assert result.stdout == f"{COMPLETE['SECRET_KEY']} ['a.example'] False True\n", result.stderr


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", [None, ""])
def test_each_of_the_three_is_required(tmp_path, name, value):
    given = {key: text for key, text in COMPLETE.items() if key != name} | ({} if value is None else {name: value})
    result = read_settings(tmp_path, **given)
    assert result.returncode == 1
    assert f"ImproperlyConfigured: Set {name} in the environment" in result.stderr


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://user@geheim/name", "postgres://user@geheim:port/name", "postgres://geheim@host"]
)
def test_a_broken_address_of_the_database_is_named_without_being_shown(tmp_path, url):
    result = read_settings(tmp_path, **{**COMPLETE, "DATABASE_URL": url})
    assert result.returncode == 1
    [line] = [line for line in result.stderr.splitlines() if "ImproperlyConfigured: DATABASE_URL " in line]
    assert "geheim" not in line


def test_the_file_of_the_data_folder_stands_in_and_the_environment_wins(tmp_path):
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in COMPLETE.items()))
    result = read_settings(tmp_path, ALLOWED_HOSTS="b.example")
    assert result.stdout.endswith("['b.example'] False True\n"), result.stderr
