"""Lists, newest first, by pages, as https://docs.stripe.com/api/pagination says; and what `expand` adds."""

from typing import Any

from tests.stripe.books import Books, Object, shown
from tests.stripe.refusals import invalid, malformed

DEFAULT, MOST = 10, 100
INCLUDED = {"charge": ("refunds",), "checkout.session": ("line_items",)}  # left out unless it is asked for
COMPARE = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(things: list[Object], params: Object, url: str) -> Object:
    """A page of `things`, which come in the order in which they were made."""
    limit = params.get("limit", DEFAULT)
    if not 1 <= limit <= MOST:
        raise invalid(f"limit must be between 1 and {MOST}", param="limit")
    if "starting_after" in params and "ending_before" in params:
        raise invalid("You can only specify one of starting_after and ending_before.", param="starting_after")
    things = [thing for thing in reversed(things) if created_within(thing, params.get("created"))]
    ids = [thing["id"] for thing in things]
    if "starting_after" in params:
        things = things[place(ids, params, "starting_after") + 1 :]
        found, more = things[:limit], len(things) > limit
    elif "ending_before" in params:
        things = things[: place(ids, params, "ending_before")]
        found, more = things[-limit:], len(things) > limit
    else:
        found, more = things[:limit], len(things) > limit
    return {"object": "list", "data": found, "has_more": more, "url": url}


def place(ids: list[str], params: Object, name: str) -> int:
    if params[name] not in ids:
        raise invalid(f"No such object: '{params[name]}'", param=name, code="resource_missing")
    return ids.index(params[name])


def created_within(thing: Object, wanted: Any) -> bool:
    if isinstance(wanted, int):
        return bool(thing["created"] == wanted)
    return all(COMPARE[name](thing["created"], bound) for name, bound in (wanted or {}).items())


def expanded(books: Books, thing: Object, paths: list[str]) -> Object:
    """What is answered: a copy, with what https://docs.stripe.com/api/expanding_objects asked for in place of ids."""
    answer: Object = shown(thing)
    for path in paths:
        expand(books, answer, path.split("."), path)
    return answer


def expand(books: Books, thing: Any, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if thing.get("object") == "list":
        if name != "data" or not rest:
            raise malformed(f"This property cannot be expanded ({path}).", param="expand")
        for item in thing["data"]:
            expand(books, item, rest, path)
        return
    if name in INCLUDED.get(thing.get("object", ""), ()):
        value: Any = shown(books.objects[thing["id"]].get(f"_{name}") or refunds_of(books, thing))
    elif name not in thing:
        raise malformed(f"This property cannot be expanded ({path}).", param="expand")
    else:
        value = thing[name]
    if isinstance(value, str):
        if value not in books.objects:
            raise malformed(f"This property cannot be expanded ({path}).", param="expand")
        value = shown(books.objects[value])
    thing[name] = value
    if rest and value is not None:
        expand(books, value, rest, path)


def refunds_of(books: Books, charge: Object) -> Object:
    refunds = [refund for refund in books.all("refund") if refund["charge"] == charge["id"]]
    return page(refunds, {}, f"/v1/charges/{charge['id']}/refunds")
