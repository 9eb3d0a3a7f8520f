"""How Stripe is asked: with one version of its API, with timeouts, and with errors in words of ours."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import stripe
from django.conf import settings

from payments.providers.base import ProviderError
from payments.providers.stripe.faults import fault_of

P = ParamSpec("P")
T = TypeVar("T")

# What Stripe answers: an object of its API as plain dicts and lists.
Facts = dict[str, Any]

# The version for which this is written. It is asked for with each request, whatever the account's own version is.
API_VERSION = "2026-10-28.endive"
RETRIES = 1  # of the package's own, under the same idempotency key

stripe.enable_telemetry = False


@lru_cache(maxsize=8)
def client_for(key: str, url: str, timeout: float) -> stripe.StripeClient:
    """A client that all threads share; it keeps a connection for each of them. `timeout` is in seconds."""
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": url},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def current_client() -> stripe.StripeClient:
    """The client of the settings."""
    return client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL, settings.STRIPE_TIMEOUT_SECONDS)


def ask(request: Callable[[], T]) -> T:
    """What Stripe answers. Raises StripeFault."""
    try:
        return request()
    except stripe.StripeError as error:
        fault = fault_of(error)
    # Raised here, so that the package's error is not kept along with it: that holds the whole answer.
    raise fault


def read(request: Callable[[], stripe.StripeObject]) -> Facts:
    """What Stripe answers, as plain facts. Raises StripeFault."""
    return facts_of(ask(request))


def write(request: Callable[[], stripe.StripeObject], again: Callable[[str], Facts]) -> Facts:
    """What Stripe answers to a POST. Where it knew the key it repeats what it said then: it is read `again`, by id.

    Raises StripeFault.
    """
    answer = ask(request)
    facts = facts_of(answer)
    headers = answer.last_response.headers if answer.last_response else {}
    return again(facts["id"]) if headers.get("Idempotent-Replayed") == "true" else facts


def facts_of(answer: stripe.StripeObject) -> Facts:
    """An object as plain facts. Raises KeyError or TypeError for what is no object with a name."""
    facts = answer.to_dict()
    if not isinstance(facts["id"], str):
        raise TypeError("an id that is no text")
    return facts


def new_key(purpose: str) -> str:
    """An idempotency key for what may be asked any number of times, such as to cancel: an answer that Stripe kept from
    an earlier time would say how it was then.
    """
    return f"{purpose}-{uuid4()}"


def in_our_words(method: Callable[P, T]) -> Callable[P, T]:
    """A method that raises ProviderError alone: an answer that is not understood is one."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except ProviderError:
            raise
        except Exception as fault:
            message = f"Stripe's answer was not understood: {type(fault).__name__}."
            raise ProviderError(message, is_worth_repeating=True) from fault

    return call
