"""Cursors: what a list gave out can be given back, anything else is refused."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customerbackend.errors import InvalidParameter
from customerbackend.pagination import decode_cursor, encode_cursor
from tests.problems import assert_invalid

MOMENT, ID = datetime(2026, 5, 1, 12, 30, 15, 123456, tzinfo=UTC), UUID("01a20560-c4ab-75a3-967c-fbc0a93410e5")


def forged(parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_cursor_leads_back_to_its_row(moment, row_id, number):
    cursor = encode_cursor(moment, row_id, number)
    assert cursor.isascii() and "=" not in cursor
    assert decode_cursor(cursor, datetime, UUID, int) == (moment, row_id, number)


BAD = {
    "": "nothing",
    "x": "not base64",
    "ж": "not ASCII",
    "!!!!": "foreign letters",
    "bm90IGpzb24": "not JSON",
    forged("text"): "no list",
    forged(7): "a number",
    forged(None): "null",
    forged([]): "no parts",
    forged([MOMENT.isoformat()]): "too few parts",
    forged([MOMENT.isoformat(), str(ID), "1"]): "too many parts",
    forged([str(ID), MOMENT.isoformat()]): "parts exchanged",
    forged(["2026-05-01T12:00:00", str(ID)]): "no time zone",
    forged(["2026-05-01T12:00:00+00:00" + " " * 60, str(ID)]): "too long",
    forged(["9" * 60, str(ID)]): "no moment",
    forged([MOMENT.isoformat(), 7]): "no text",
    forged([MOMENT.isoformat(), "\x00"]): "NUL",
    base64.urlsafe_b64encode(b"[" * 300).decode(): "nested deeply",
    base64.urlsafe_b64encode(b"\xff\xfe").decode(): "not UTF-8",
}


@pytest.mark.parametrize("cursor", BAD, ids=BAD.values())
def test_anything_else_is_refused(cursor):
    with pytest.raises(InvalidParameter):
        decode_cursor(cursor, datetime, UUID)


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**59])
def test_a_number_beyond_the_columns_is_refused(number):
    with pytest.raises(InvalidParameter):
        decode_cursor(forged([str(number)]), int)


@given(st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_no_text_is_a_fault(text):
    with pytest.raises(InvalidParameter):
        decode_cursor(text, datetime, UUID)


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", forged([MOMENT.isoformat()]), forged(["0001-01-01T00:00:00+23:59", "x"])])
def test_a_list_names_the_parameter(alice, cursor):
    assert_invalid(alice.get(f"orders?cursor={cursor}"), ("?cursor", "invalid"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00", "2026-05-01T12:00:00+23:59"]
)
def test_the_farthest_moments_and_offsets_are_read(alice, moment):
    answer = alice.get(f"orders?cursor={forged([moment, str(ID)])}")
    assert (answer.status, answer.json) == (200, {"data": [], "next_cursor": None})


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59"])
def test_a_moment_before_the_first_or_after_the_last_is_refused(alice, moment):
    assert_invalid(alice.get(f"orders?cursor={forged([moment, str(ID)])}"), ("?cursor", "invalid"))


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-05-01T12:00:00%2B23:59", "1971-01-01T00:00:00Z", "9998-12-31T11:59:59-12:00"])
def test_moments_of_a_query_may_have_any_offset(alice, moment):
    assert alice.get(f"orders?placed_from={moment}&placed_to={moment}").status == 200
