"""A Stripe on loopback that the real `stripe` package talks to.

It holds every request against the SDK's own types, refuses what Stripe refuses, keeps the answers of idempotency keys,
sends signed webhooks, and fails on order. Its state is one dictionary under one lock.

    stripe = LoopbackStripe().start()
    intent = stripe.client().v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    stripe.payer.pay(intent.id)                              # the customer, in the app's form
    body, signature = stripe.webhooks.raw(stripe.events("payment_intent.succeeded")[0])
    stripe.failing.next(TIMEOUT_AFTER)                       # the next request is acted on and not answered
    assert stripe.malformed == []                            # no request had a wrong form
"""

import json
import re
import traceback
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.stripe.books import Books, Object, in_bytes, shown
from tests.stripe.failing import Failing, Failure, refusal
from tests.stripe.form import decode
from tests.stripe.idempotency import LONGEST, Keys
from tests.stripe.listing import expanded
from tests.stripe.parameters import check
from tests.stripe.payer import Payer
from tests.stripe.record import Answer, Recorded, Unanswered
from tests.stripe.refusals import Refused, malformed
from tests.stripe.routes import Route, find_route
from tests.stripe.sessions import expire_in_time
from tests.stripe.webhooks import Webhooks
from tests.stripe.wire import Handler, Server


class LoopbackStripe:
    """`payer` is the customer's side, `failing` what goes wrong, `webhooks` what is sent, `requests` what was asked."""

    def __init__(self, *, api_key: str = "sk_test_loopback", api_version: str = stripe.api_version) -> None:
        self.api_key = api_key
        self.api_version = api_version
        self.books = Books()
        self.keys = Keys()
        self.failing = Failing()
        self.webhooks = Webhooks()
        self.payer = Payer(self.books)
        self.requests: list[Recorded] = []
        self.broken: list[str] = []  # faults of this server itself: must stay empty
        self.books.told = self.webhooks.told
        self.books.later["checkout.session"] = lambda session: expire_in_time(self.books, session)
        self.server = Server(self.serve)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> "LoopbackStripe":
        self.server.start()
        return self

    def stop(self) -> None:
        self.failing.stop()
        self.webhooks.stop()
        self.server.cut()

    def reset(self) -> None:
        """As new, at the same address."""
        self.failing.stop()
        self.webhooks.reset()
        self.books.empty()
        self.books.activated = set(Books().activated)
        self.books.low_balance = False
        self.keys.kept.clear()
        self.failing.happened.clear()
        self.requests.clear()
        self.broken.clear()

    def client(self, *, timeout: float = 5, **options: Any) -> stripe.StripeClient:
        """The SDK's own client, pointed here."""
        http = stripe.RequestsClient(timeout=timeout)
        chosen = {"api_key": self.api_key, "http_client": http, "base_addresses": {"api": self.url}, **options}
        return stripe.StripeClient(**chosen)

    @property
    def malformed(self) -> list[Recorded]:
        """Requests that were refused for their form. Ours must never be."""
        return [request for request in self.requests if request.malformed]

    def events(self, *types: str) -> list[Object]:
        """What happened, in order; of these types only."""
        with self.books.lock:
            return [shown(event) for event in self.books.events if not types or event["type"] in types]

    def objects(self, kind: str) -> list[Object]:
        """All of `payment_intent`, `charge`, `refund` … as they are now, in the order in which they were made."""
        with self.books.lock:
            return [shown(thing) for thing in self.books.all(kind)]

    def serve(self, handler: Handler, text: str) -> Answer:
        """Answer one request. Raises Unanswered."""
        parts = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Recorded(handler.command, parts.path, {}, headers, self.books.new_id("req"))
        self.requests.append(request)
        try:
            answer = self.answer(handler, request, parts.query if request.method != "POST" else text)
        except Refused as refused:
            request.malformed = refused.form
            answer = Answer(refused.status, in_bytes(refused.body), refused.headers)
        except Unanswered:
            raise
        except Exception:
            self.broken.append(traceback.format_exc())
            broken = Refused(500, "api_error", "The loopback Stripe is broken: see LoopbackStripe.broken")
            answer = Answer(500, in_bytes(broken.body), {"Stripe-Should-Retry": "false"})
        request.status = answer.status
        if answer.status >= 400:
            request.error = json.loads(answer.body)["error"]
        answer.headers |= {"Request-Id": request.id, "Stripe-Version": self.api_version}
        if request.idempotency_key:
            answer.headers["Idempotency-Key"] = request.idempotency_key
        return answer

    def answer(self, handler: Handler, request: Recorded, text: str) -> Answer:
        self.check_headers(request)
        route, ids = find_route(request.method, request.path)
        request.params = sent = decode(text)
        request.params = check(route.params, sent)
        failure = request.failure = self.failing.draw(request.method, request.path)
        if failure and not failure.acted and not failure.late:
            fail(handler, failure)
        if request.method != "POST":
            self.failing.wait_if_held(request.method, request.path)
            answer = self.act(request, route, ids)
        else:
            answer = self.act_once(handler, request, route, ids, json.dumps(sent, sort_keys=True))
        if failure and (failure.acted or failure.late):
            fail(handler, failure)
        return answer

    def check_headers(self, request: Recorded) -> None:
        """https://docs.stripe.com/api/authentication, …/versioning, …/idempotent_requests"""
        given = request.headers.get("authorization", "")
        if not re.fullmatch(r"Bearer \S+", given):
            raise malformed("You did not provide an API key.", status=401)
        if given != f"Bearer {self.api_key}":
            raise malformed(f"Invalid API Key provided: {given[7:14]}****", status=401)
        if request.headers.get("stripe-version") != self.api_version:
            raise malformed(f"Invalid Stripe API version: {request.headers.get('stripe-version')}")
        if request.method != "POST":
            return
        if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
            raise malformed("Invalid request content type.")
        # Stripe does without a key; a payment that is repeated without one is taken twice.
        if not request.idempotency_key:
            raise malformed("Idempotency-Key is missing.")
        if len(request.idempotency_key) > LONGEST:
            raise malformed(f"Idempotency keys can be up to {LONGEST} characters long.")

    def act_once(self, handler: Handler, request: Recorded, route: Route, ids: dict[str, str], asked: str) -> Answer:
        """Act on the first request with its key, answer the others from what was kept."""
        key = request.idempotency_key or ""
        if kept := self.keys.claim(key, request.method, request.path, asked, request.id):
            request.replayed = True
            return Answer(kept.status, kept.body, {"Idempotent-Replayed": "true", "Original-Request": kept.request_id})
        try:
            self.failing.wait_if_held(request.method, request.path)
            if request.failure and request.failure.late:
                handler.wait_for_hangup()
            answer = self.act(request, route, ids)
        except BaseException:
            self.keys.forget(key)
            raise
        failure = request.failure
        if failure and failure.kind == "500" and failure.kept:
            said = refusal(failure)
            self.keys.keep(key, said.status, in_bytes(said.body))
        else:
            self.keys.keep(key, answer.status, answer.body)
        return answer

    def act(self, request: Recorded, route: Route, ids: dict[str, str]) -> Answer:
        """What Stripe does and says; a refusal is an answer. Raises Refused when nothing was done, for its form."""
        with self.books.lock:
            self.books.request = {"id": request.id, "idempotency_key": request.idempotency_key}
            request.acted = True
            try:
                thing = route.act(self.books, request.params, **ids)
                return Answer(200, in_bytes(expanded(self.books, thing, request.params.get("expand", []))))
            except Refused as refused:
                if refused.form:
                    raise
                return Answer(refused.status, in_bytes(refused.body), refused.headers)


def fail(handler: Handler, failure: Failure) -> None:
    """Raises Unanswered or Refused."""
    if failure.kind == "reset":
        raise Unanswered(reset=True)
    if failure.kind == "timeout":
        handler.wait_for_hangup()
        raise Unanswered(reset=False)
    raise refusal(failure)
