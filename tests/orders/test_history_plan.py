"""What a page of the history costs the database: as many rows as it shows, however far down it is."""

import pytest
from django.db import connection

from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_customer, order_body
from tests.orders.pages import rows_of_page

pytestmark = pytest.mark.django_db(transaction=True)

COPY = """
INSERT INTO orders_order SELECT (json_populate_record(o, json_build_object(
    'id', gen_random_uuid(), 'number', o.number || '-' || copy, 'placed_at', o.placed_at - copy * interval '1 hour'
))).* FROM orders_order AS o, generate_series(1, %s) AS copy"""


def test_page_200_costs_what_page_1_does_one_row_more_than_it_shows(branch, soup):
    alice = signed_in(make_customer("alice"))
    assert alice.place(order_body(soup, total=1200)).status == 201
    with connection.cursor() as cursor:
        cursor.execute(COPY, [4100])
        cursor.execute("ANALYZE orders_order")
    assert Order.objects.count() == 4101

    assert [rows_of_page(alice, number, limit=20) for number in (1, 2, 200)] == [21, 21, 21]
