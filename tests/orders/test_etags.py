"""ETags: a tag holds exactly as long as the answer would be the same, and a client that has it is spared the body."""

import re

import pytest

from orders.models import Order
from tests.orders.steps import advance, place

ONE = ["orders/{id}", "orders/{id}/status"]
LISTS = ["orders", "orders?limit=1", "orders?status=processing", "orders/current"]


def tag_of(api, path):
    answer = api.get(path)
    assert answer.status == 200
    return answer.headers["ETag"]


@pytest.mark.parametrize("path", ONE + LISTS)
def test_a_tag_is_strong_and_the_answer_is_private(alice, soup, path):
    order = place(alice, soup, total=1200)

    answer = alice.get(path.format(id=order["id"]))

    assert re.fullmatch(r'"[\w-]+"', answer.headers["ETag"])
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ONE + LISTS)
@pytest.mark.parametrize("sent", ["{tag}", "W/{tag}", '"a", {tag}', '"a",W/{tag} , "b"', "*"])
def test_what_the_client_has_is_not_sent_again(alice, soup, path, sent):
    order = place(alice, soup, total=1200)
    path = path.format(id=order["id"])
    tag = tag_of(alice, path)

    answer = alice.get(path, if_none_match=sent.format(tag=tag))

    assert (answer.status, answer.text) == (304, "")
    assert answer.headers["ETag"] == tag
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("path", ONE + LISTS)
@pytest.mark.parametrize("sent", ['"a"', 'W/"a"', "", ",,,", '"', "W/", '"\x01"', '"' + "x" * 5000 + '"'])
def test_another_tag_gets_the_answer(alice, soup, path, sent):
    order = place(alice, soup, total=1200)
    path = path.format(id=order["id"])

    assert alice.get(path, if_none_match=sent).text == alice.get(path).text


@pytest.mark.parametrize("path", ONE)
def test_the_tag_of_an_order_follows_its_version(alice, soup, path):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    path = path.format(id=order["id"])
    tags = [tag_of(alice, path)]

    for status in ("restocking", "picking", "cooking"):
        advance(order, status)
        tags.append(tag_of(alice, path))
    advance(other, "cooking")

    assert len(set(tags)) == 4
    assert tag_of(alice, path) == tags[-1]


@pytest.mark.parametrize("path", LISTS)
def test_the_tag_of_a_list_changes_with_any_order_that_it_shows(alice, bob, soup, path):
    older, newer = place(alice, soup, total=1200), place(alice, soup, total=1200)
    tag = tag_of(alice, path)

    place(bob, soup, total=1200)
    assert tag_of(alice, path) == tag

    advance(newer, "picking")
    changed = tag_of(alice, path)
    assert changed != tag

    advance(older, "picking")
    assert (tag_of(alice, path) != changed) == (path != "orders?limit=1")


@pytest.mark.parametrize("path", LISTS)
def test_the_tag_of_a_list_changes_with_a_new_order(alice, soup, path):
    tags = {tag_of(alice, path)}
    for _ in range(3):
        place(alice, soup, total=1200)
        tags.add(tag_of(alice, path))

    assert len(tags) == 4


def test_the_last_page_has_another_tag_once_more_follow(alice, soup):
    order = place(alice, soup, total=1200)
    tag = tag_of(alice, "orders?limit=1")
    older = place(alice, soup, total=1200)
    Order.objects.filter(id=older["id"]).update(placed_at="2020-01-01T00:00:00Z")

    answer = alice.get("orders?limit=1", if_none_match=tag)

    assert [found["id"] for found in answer.json["data"]] == [order["id"]]
    assert answer.json["next_cursor"] is not None


def test_each_page_and_filter_has_a_tag_of_its_own(alice, soup):
    for _ in range(3):
        place(alice, soup, total=1200)
    cursor = alice.get("orders?limit=2").json["next_cursor"]

    queries = ["", "?limit=2", f"?limit=2&cursor={cursor}", "?status=processing", "?placed_from=2020-01-01T00:00:00Z"]

    assert len({tag_of(alice, f"orders{query}") for query in queries}) == len(queries)


def test_an_order_that_is_closed_leaves_the_current_ones(alice, soup):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    tag = tag_of(alice, "orders/current")
    advance(order, "cooking", "ready", "undelivered", reason="refused")

    answer = alice.get("orders/current", if_none_match=tag)

    assert [found["id"] for found in answer.json["data"]] == [other["id"]]


def test_who_is_not_signed_in_is_told_so_whatever_the_tag(alice, anybody, soup):
    tag = tag_of(alice, "orders")

    assert anybody.get("orders", if_none_match=tag).status == 401
    assert anybody.get("orders", if_none_match="*").status == 401


def test_a_tag_does_not_make_a_wrong_query_right(alice, soup):
    assert alice.get("orders?limit=0", if_none_match="*").status == 400
    assert alice.get("orders/01a20567-ba0e-70d5-bcba-a03bdce5a848", if_none_match="*").status == 404
