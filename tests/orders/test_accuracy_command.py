"""`estimate_accuracy`: the same figures as an aligned table or as CSV."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.orders.steps import NOON


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def report(*arguments):
    out = StringIO()
    call_command("estimate_accuracy", *arguments, stdout=out)
    return out.getvalue()


def test_the_table_is_aligned(alice, soup, deliver):
    deliver(alice, soup, total=1200, ready=4, in_delivery=9, delivered=19)
    deliver(alice, soup, total=1200, placed=60, cooking=8, ready=20, in_delivery=30, delivered=36)

    assert report("--from", "2026-03-02", "--to", "2026-03-03", "--by", "branch") == (
        "branch                         event     promise   orders     bias    error  within 5′    late\n"
        "Mitte                          cooking   first          2     +2.0      8.0       0.0%\n"
        "Mitte                          cooking   last           2     -2.0      4.0      50.0%\n"
        "Mitte                          delivery  first          2     +2.5      8.5       0.0%   50.0%\n"
        "Mitte                          delivery  last           2     -2.0      2.0     100.0%    0.0%\n"
    )


def test_csv_has_a_header_and_plain_numbers(alice, soup, deliver):
    deliver(alice, soup, total=1200, ready=4, in_delivery=9, delivered=19)

    assert report("--from", "2026-03-02", "--to", "2026-03-03", "--by", "hour", "--csv") == (
        "group,event,promise,orders,bias_minutes,error_minutes,within_5_minutes,late\n"
        "12,cooking,first,1,-6.0,6.0,0.0,\n"
        "12,cooking,last,1,-6.0,6.0,0.0,\n"
        "12,delivery,first,1,-6.0,6.0,0.0,0.0\n"
        "12,delivery,last,1,0.0,0.0,1.0,0.0\n"
    )


def test_a_span_is_of_days_in_utc_or_of_moments(alice, soup, deliver):
    deliver(alice, soup, total=1200)

    for span in (("2026-03-02T11:00Z", "2026-03-02T11:00:01Z"), ("2026-03-02T12:00+01:00", "2026-03-02 13:00")):
        assert "delivery" in report("--from", span[0], "--to", span[1])
    for span in (("2026-03-02T10:00Z", "2026-03-02T11:00Z"), ("2026-03-03", "2026-03-04")):
        assert report("--from", span[0], "--to", span[1]) == "No order that was placed then has been delivered.\n"


def test_without_orders_csv_is_its_header(db):
    assert report("--from", "2026-03-02", "--to", "2026-03-03", "--csv").count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2026-03-02"], "required: --to"),
        (["--from", "yesterday", "--to", "2026-03-02"], "yesterday is neither a day like 2026-05-31 nor a moment"),
        (["--from", "0001-01-01", "--to", "2026-03-02"], "0001-01-01 is neither a day"),
        (["--from", "2026-03-02", "--to", "2026-03-02"], "--to must be after --from"),
        (["--from", "2026-03-02", "--to", "2026-03-03", "--by", "mood"], "invalid choice: 'mood'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(db, arguments, said):
    with pytest.raises(CommandError, match=said):
        report(*arguments)
