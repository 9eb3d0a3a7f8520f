"""Customers that are not there: they order over HTTP what an app would let them order, by every step that it takes."""

import random
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import requests

TIMEOUT_SECONDS = 10
MOST_PRODUCTS = 3
METHODS = ("cash", "terminal")


class NotOrdered(Exception):
    """An order could not be placed. The message is one line that says why."""


class SimulatedCustomer:
    """Signs in with a login and a password at the product's public address, and orders."""

    def __init__(self, *, public_url: str, login: str, password: str, chance: random.Random) -> None:
        self.api = urljoin(f"{public_url}/", "api/v1/")
        self.credentials = {"login": login, "password": password, "device_name": "simulator"}
        self.chance = chance
        self.http = requests.Session()

    def order(self) -> str:
        """Place an order of a few things at one of the branches, paid at the door; its number. Raises NotOrdered."""
        branch = self.chance.choice(self.find_branches())
        items = self.fill_basket(self.call("GET", f"menu?branch_id={branch['id']}")["categories"])
        quoted = self.quote(branch, items)
        method = self.chance.choice(METHODS)
        body = {**quoted, "payment_method": method}
        placed = self.call("POST", "orders", body, idempotency_key=str(uuid4()))
        return str(placed["number"])

    def find_branches(self) -> list[dict[str, Any]]:
        """Those that are open."""
        branches = [branch for branch in self.call("GET", "branches")["data"] if branch["open_now"]]
        if not branches:
            raise NotOrdered("every branch is closed")
        return branches

    def fill_basket(self, categories: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One to three products that can be had, with the options that they need and sometimes one more."""
        products = [product for category in categories for product in category["products"] if product["available"]]
        if not products:
            raise NotOrdered("nothing is available")
        chosen = self.chance.sample(products, k=min(len(products), self.chance.randint(1, MOST_PRODUCTS)))
        return [
            {
                "product_id": product["id"],
                "quantity": self.chance.choice((1, 1, 1, 2)),
                "option_ids": [id_ for group in product["option_groups"] for id_ in self.choose_options(group)],
            }
            for product in chosen
        ]

    def choose_options(self, group: dict[str, Any]) -> list[str]:
        """As few options of a group as may be, or one more."""
        available = [option["id"] for option in group["options"] if option["available"]]
        wanted = min(group["min"] + self.chance.randint(0, 1), group["max"], len(available))
        return self.chance.sample(available, k=wanted)

    def quote(self, branch: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
        """What binds for these items, brought to the branch's neighbourhood; fetched where that is not possible."""
        address = branch["address"]
        place = {
            "city": address["city"],
            "line": f"{self.chance.choice(('Linden', 'Garten', 'Schul', 'Berg'))}str. {self.chance.randint(1, 99)}",
            **{name: address[name] for name in ("postal_code", "latitude", "longitude")},
        }
        problems: list[Any] = []
        for delivery in ({"method": "courier", "place": place}, {"method": "pickup"}):
            wish = {"items": items, "delivery": {**delivery, "branch_id": branch["id"]}}
            answer = self.call("POST", "orders/quote", wish)
            if answer["quote"] is not None:
                return {**wish, "quote": answer["quote"]}
            problems = answer["problems"]
        raise NotOrdered(", ".join(problem["code"] for problem in problems))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON; signs in first where that is needed. Raises NotOrdered for every other refusal."""
        answer = self.send(method, path, body, headers)
        if answer.status_code == requests.codes.unauthorized:
            session = self.accepted(self.send("POST", "auth/sign-in", self.credentials, {}))
            self.http.headers["Authorization"] = f"Bearer {session['access_token']}"
            answer = self.send(method, path, body, headers)
        return self.accepted(answer)

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        """One request. Raises NotOrdered where nobody answers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return self.http.request(method, self.api + path, json=body, headers=named, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as fault:
            raise NotOrdered(f"{self.api} does not answer: {type(fault).__name__}") from fault

    def accepted(self, answer: requests.Response) -> Any:
        """The answer's JSON. Raises NotOrdered for a refusal."""
        if answer.ok:
            return answer.json()
        try:
            code = answer.json()["code"]
        except (requests.JSONDecodeError, KeyError, TypeError):
            code = ""
        raise NotOrdered(f"{answer.request.method} {answer.request.path_url}: {answer.status_code} {code}".rstrip())
