"""That nobody has said what an ingredient contains is one answer, that it contains nothing is another."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Ingredient
from tests.admin.pages import form_of, list_of, page_of, text_of
from tests.factories import make_ingredient

NEW = {"name": "Flour", "key": "flour", "unit": "gram"}


def add(client: Client, **answers: list[str]) -> int:
    return client.post(reverse("admin:catalog_ingredient_add"), {**NEW, **answers}).status_code


@pytest.mark.parametrize(
    "answer, stored",
    [(["undeclared"], None), (["none"], []), (["gluten"], ["gluten"]), (["eggs", "milk"], ["eggs", "milk"])],
)
def test_each_answer_is_stored_as_itself(sam: Client, answer: list[str], stored: list[str] | None) -> None:
    assert add(sam, contains=answer, may_contain=["none"]) == 302
    assert Ingredient.objects.values_list("contains", "may_contain").get() == (stored, [])


@pytest.mark.parametrize("answer", [[], ["none", "gluten"], ["undeclared", "gluten"], ["undeclared", "none"], ["rock"]])
def test_no_answer_and_two_answers_are_refused(sam: Client, answer: list[str]) -> None:
    assert add(sam, contains=answer, may_contain=["none"]) == 200
    assert Ingredient.objects.count() == 0


@pytest.mark.parametrize(
    "stored, shown", [(None, ["undeclared"]), ([], ["none"]), (["fish", "milk"], ["fish", "milk"])]
)
def test_the_form_shows_what_is_stored_and_keeps_it(sam: Client, stored: list[str] | None, shown: list[str]) -> None:
    ingredient = make_ingredient("sauce", contains=stored)
    sent = form_of(sam, page_of(ingredient))
    assert sent["contains"] == shown
    assert sam.post(page_of(ingredient), sent).status_code == 302
    assert Ingredient.objects.get().contains == stored


def test_a_new_ingredient_begins_undeclared(sam: Client) -> None:
    assert form_of(sam, reverse("admin:catalog_ingredient_add"))["contains"] == ["undeclared"]


def test_a_form_that_comes_back_empty_does_not_read_as_none(sam: Client) -> None:
    page = sam.post(reverse("admin:catalog_ingredient_add"), {**NEW, "may_contain": ["none"]}).content.decode()
    checked = [tag for tag in re.findall(r"<input[^>]*>", page) if re.search(r"\schecked[\s>]", tag)]
    assert len(checked) == 1
    assert 'name="may_contain"' in checked[0] and 'value="none"' in checked[0]


def test_the_list_tells_them_apart(sam: Client) -> None:
    make_ingredient("salt", contains=[])
    make_ingredient("sauce", contains=None)
    make_ingredient("cheese", contains=["milk"])
    page = text_of(sam, list_of("catalog.ingredient"))
    assert page.count("not declared</span>") == 1
    found = sam.get(list_of("catalog.ingredient") + "?allergens=undeclared").context["cl"].result_list
    assert [ingredient.key for ingredient in found] == ["sauce"]
