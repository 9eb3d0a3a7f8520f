"""A schema that changes under a prepared statement, as a migration does while the product runs."""

import pytest
from django.db import connection, transaction

from customerbackend.statements import StalePlan, Statement, in_transaction
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)

READ = Statement("read_changing", "integer", "SELECT * FROM changing WHERE a > $1 ORDER BY a")
WRITE = Statement("write_changing", "integer", "INSERT INTO changing (a) VALUES ($1)")


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def changing():
    """Adds a column to a table whose rows have been read."""
    execute("CREATE TABLE changing (a integer)")
    WRITE.run(1)
    assert READ.rows(0) == [(1,)]
    yield lambda: execute("ALTER TABLE changing ADD COLUMN b integer DEFAULT 7")
    execute("DROP TABLE changing")


def test_outside_a_transaction_the_plan_renews_itself(changing):
    changing()
    assert READ.rows(0) == [(1, 7)]
    with statements_sent() as sent:
        assert READ.rows(0) == [(1, 7)]
    assert [text.partition("\n")[0] for text in sent] == ["EXECUTE read_changing (0)"]


def test_a_statement_that_the_server_forgot_is_prepared_again(changing):
    execute("DISCARD PLANS")
    execute("DEALLOCATE ALL")
    assert READ.rows(0) == [(1,)]


def test_a_use_case_runs_again_as_a_whole_and_what_it_wrote_stands_once(changing):
    runs = []

    @in_transaction
    def add_and_read():
        runs.append(connection.in_atomic_block)
        WRITE.run(2)
        return READ.rows(0)

    changing()
    assert add_and_read() == [(1, 7), (2, 7)]
    assert runs == [True, True]
    assert READ.rows(0) == [(1, 7), (2, 7)]


def test_a_second_stale_plan_is_not_tried_for_ever():
    runs = []

    @in_transaction
    def never():
        runs.append(1)
        raise StalePlan("never")

    with pytest.raises(StalePlan):
        never()
    assert len(runs) == 2


def test_inside_somebody_elses_transaction_the_whole_is_theirs_to_repeat(changing):
    runs = []

    @in_transaction
    def inner():
        runs.append(1)
        WRITE.run(2)
        return READ.rows(0)

    changing()
    with pytest.raises(StalePlan), transaction.atomic():
        inner()
    assert len(runs) == 1
    assert READ.rows(0) == [(1, 7)]


def test_a_refusal_is_not_repeated(changing):
    runs = []

    @in_transaction
    def refuse():
        runs.append(1)
        WRITE.run(2)
        raise ValueError

    with pytest.raises(ValueError):
        refuse()
    assert len(runs) == 1
    assert READ.rows(0) == [(1,)]
