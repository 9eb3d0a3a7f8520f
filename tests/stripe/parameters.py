"""Holds parameters against the SDK's own TypedDicts, more strictly than those say it.

`stripe.params` describes what may be sent, for people who write Python: every choice is open (`Literal["a"] | str`),
and the options of a call (`idempotency_key` …) stand among the parameters. Here choices are closed, options are gone,
what is not named is refused, and numbers and booleans are read from text, as they arrive. pydantic does the walking.
"""

import re
import sys
import types
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal, TypedDict, Union, get_args, get_origin

import typing_extensions
from pydantic import BeforeValidator, ConfigDict, Discriminator, PlainValidator, Tag, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from tests.stripe.refusals import Refused, malformed

OPTIONS = set(RequestOptions.__annotations__)
TEXT, LIST, MAP = "<text>", "<list>", "<map>"  # what tells the arms of a union apart; no parameter is named so


class Nothing(TypedDict):
    """The parameters of what takes none."""


def check(params: type, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their types. Raises Refused as Stripe does, with the first fault."""
    refuse_card_data(given)
    try:
        checked: dict[str, Any] = adapter(params).validate_python(given)
    except ValidationError as fault:
        raise refusal(fault) from None
    check_metadata(checked)
    return checked


@cache
def adapter(params: type) -> TypeAdapter[Any]:
    return TypeAdapter(strict(params))


def refusal(fault: ValidationError) -> Refused:
    error = fault.errors(include_url=False)[0]
    path = [str(part) for part in error["loc"] if part not in (TEXT, LIST, MAP)]
    name = path[0] + "".join(f"[{part}]" for part in path[1:]) if path else ""
    match error["type"]:
        case "missing":
            return malformed(f"Missing required param: {name}.", param=name, code="parameter_missing")
        case "extra_forbidden" if name == "payment_method_types":
            # https://docs.stripe.com/changelog/endive/2026-09-30
            #   /removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
            return malformed(f"{name} is no longer supported.", param=name, code=f"{name}_no_longer_supported")
        case "extra_forbidden":
            return malformed(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
        case str() as kind if kind.startswith("parameter_"):
            return malformed(error["msg"], param=name, code=kind)
        case "choice":
            return malformed(f"Invalid {name}: {error['msg']}", param=name)
    return malformed(f"Invalid {'array' if 'list' in error['type'] else 'object'}", param=name)


def refuse_card_data(given: Any) -> None:
    """https://docs.stripe.com/security/guide: a number goes from the customer's form to Stripe, never through us."""
    if not isinstance(given, dict):
        return
    for name, value in given.items():
        if name == "card" and isinstance(value, dict) and {"number", "cvc"} & set(value):
            raise Refused(
                402,
                "card_error",
                "Sending credit card numbers directly to the Stripe API is generally unsafe. To continue processing "
                "use Stripe.js, the Stripe mobile bindings, or Stripe Elements.",
                form=True,
            )
        refuse_card_data(value)


def check_metadata(given: dict[str, Any], path: str = "") -> None:
    """https://docs.stripe.com/api/metadata: 50 keys, names of 40 characters, values of 500."""
    for key, value in given.items():
        name = f"{path}[{key}]" if path else key
        if not isinstance(value, dict):
            continue
        if key != "metadata":
            check_metadata(value, name)
        elif len(value) > 50:
            raise malformed("Metadata can have at most 50 keys.", param=name)
        elif bad := [k for k, v in value.items() if len(k) > 40 or len(v) > 500 or "[" in k or "]" in k]:
            raise malformed(f"Metadata is too long: {bad[0]}", param=f"{name}[{bad[0]}]")


def strict(kind: Any) -> Any:
    """The type that pydantic is given instead of one of the SDK's."""
    if kind is Any:
        return Any
    arms = list(get_args(kind)) if get_origin(kind) in (Union, types.UnionType) else [kind]
    arms = [arm for arm in arms if get_origin(arm) is not UntypedStripeObject and arm is not type(None)]
    scalars = [arm for arm in arms if is_scalar(arm)]
    others = {LIST if get_origin(arm) is list else MAP: arm for arm in arms if not is_scalar(arm)}
    choices: dict[str, Any] = {tag: collection(arm) for tag, arm in others.items()}
    if scalars:
        choices[TEXT] = Annotated[Any, PlainValidator(reader(scalars))]
    if len(choices) == 1:
        return next(iter(choices.values()))
    tagged = tuple(Annotated[choice, Tag(tag)] for tag, choice in choices.items())
    return Annotated[Union[tagged], Discriminator(chooser(set(choices)))]  # noqa: UP007 - made at run time


def is_scalar(kind: Any) -> bool:
    return kind in (str, int, bool, float, Decimal) or get_origin(kind) is Literal


def chooser(tags: set[str]) -> Callable[[Any], str]:
    """Which arm of a union a value is for."""

    def choose(value: Any) -> str:
        if isinstance(value, str):
            return TEXT if TEXT in tags else min(tags)
        if LIST in tags and (isinstance(value, list) or all(key.isdigit() for key in value)):
            return LIST
        return MAP if MAP in tags else min(tags)

    return choose


def collection(kind: Any) -> Any:
    if get_origin(kind) is list:
        return Annotated[list[strict(get_args(kind)[0])], BeforeValidator(as_list)]  # type: ignore[misc]
    if get_args(kind) == (str, str):
        return dict[str, str]  # metadata, where an empty value unsets
    if get_origin(kind) is dict:
        return dict[str, strict(get_args(kind)[1])]  # type: ignore[misc]
    return strict_dict(kind)


@cache
def strict_dict(kind: Any) -> Any:
    """A TypedDict without the request's options that forbids what it does not name."""
    names = vars(sys.modules[kind.__module__])
    own = {name: hint for name, hint in kind.__annotations__.items() if name not in OPTIONS or not has_options(kind)}
    hints = typing_extensions.get_type_hints(type("Own", (), {"__annotations__": own}), names, names)
    fields = {
        name: typing_extensions.Required[strict(hint)]
        if name in kind.__required_keys__
        else typing_extensions.NotRequired[strict(hint)]
        for name, hint in hints.items()
    }
    make: Any = typing_extensions.TypedDict  # its name and fields are known at run time only
    made = make(kind.__name__, fields)
    made.__pydantic_config__ = ConfigDict(extra="forbid")
    return made


def has_options(kind: Any) -> bool:
    """Whether a TypedDict is what an SDK's method takes, where the options of the call stand among the parameters."""
    return RequestOptions in getattr(kind, "__orig_bases__", ())


def as_list(value: Any) -> Any:
    """`a[0]`, `a[1]` came as a dict; a gap is an error."""
    if isinstance(value, dict) and list(value) == [str(index) for index in range(len(value))]:
        return list(value.values())
    return value


def reader(kinds: list[Any]) -> Callable[[Any], Any]:
    """Reads one text as one of `kinds`. A named choice closes what the SDK leaves open."""
    literals = [choice for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind)]
    plain = [kind for kind in kinds if get_origin(kind) is not Literal]
    if any(literals):
        plain = [kind for kind in plain if kind is not str]

    def read(text: Any) -> Any:
        if not isinstance(text, str):
            raise PydanticCustomError("parameter_invalid_string", "Invalid string")
        if text in literals:
            return text
        if literals and not plain:
            raise PydanticCustomError("choice", "must be one of " + ", ".join(filter(None, literals)))
        if text == "":
            raise PydanticCustomError("parameter_invalid_empty", "You passed an empty string. It cannot be unset.")
        for kind in plain:
            try:
                return READERS[kind](text)
            except (ValueError, InvalidOperation):
                continue
        raise PydanticCustomError(FAULTS[plain[0]], f"Invalid {plain[0].__name__}: {text}")

    return read


def integer(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII):
        raise ValueError
    return int(text)


def boolean(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else int("x") > 0


READERS: dict[Any, Callable[[str], Any]] = {int: integer, bool: boolean, float: float, Decimal: Decimal, str: str}
FAULTS = {
    int: "parameter_invalid_integer",
    bool: "parameter_invalid_boolean",
    float: "parameter_invalid_number",
    Decimal: "parameter_invalid_number",
    str: "parameter_invalid_string",
}
