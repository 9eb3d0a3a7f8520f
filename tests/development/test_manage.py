"""manage.py says in one line what keeps it from working."""

import sys

from tests.development.programs import complete, free_port

MANAGE = [sys.executable, "manage.py"]
COMPLETE = {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "*"}


def test_missing_settings_are_named_in_one_line(tmp_path):
    result = complete([*MANAGE, "check"], DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.startswith("manage.py: Set SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS in the environment")
    assert result.stderr.count("\n") == 1


def test_a_broken_database_url_is_named_in_one_line(tmp_path):
    result = complete(
        [*MANAGE, "check"], DATA_DIR=str(tmp_path), DATABASE_URL="postgres://user@host:port/name", **COMPLETE
    )
    assert result.returncode == 1
    assert result.stderr.startswith("manage.py: DATABASE_URL is not an address")
    assert result.stderr.count("\n") == 1


def test_an_unreachable_database_is_one_line(tmp_path):
    url = f"postgres://user:geheim@127.0.0.1:{free_port()}/name"
    result = complete([*MANAGE, "migrate"], DATA_DIR=str(tmp_path), DATABASE_URL=url, **COMPLETE)
    assert result.returncode == 1
    assert result.stderr.startswith("manage.py: The database does not answer: connection to server at")
    assert result.stderr.count("\n") == 1
    assert "make run" not in result.stderr


def test_the_database_of_a_stopped_make_run_is_one_line_that_names_it(tmp_path):
    lines = [f"{name}={value}\n" for name, value in COMPLETE.items()]
    (tmp_path / "env").write_text("".join([*lines, f"DATABASE_URL=postgres://postgres@/name?host={tmp_path}\n"]))
    result = complete([*MANAGE, "migrate"], DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.endswith("Is `make run` running?\n")
    assert result.stderr.count("\n") == 1
