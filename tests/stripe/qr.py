"""Methods that are paid by a code in the bank's app: what each demands, and the code that it shows.

https://docs.stripe.com/payments/promptpay, …/paynow, …/pix, …/swish, …/wechat-pay
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.stripe.books import Object, now
from tests.stripe.refusals import invalid

IMAGES = "https://qr.stripe.com/test"
INSTRUCTIONS = "https://payments.stripe.com/instructions/test"


@dataclass(frozen=True)
class QrMethod:
    currencies: tuple[str, ...]
    action: str
    shows: Callable[[str], Object]
    refund: str = "pending"  # the state in which a refund begins; the bank's answer comes later


def images(intent: str) -> Object:
    return {"image_url_png": f"{IMAGES}_{intent}.png", "image_url_svg": f"{IMAGES}_{intent}.svg"}


def plain(intent: str) -> Object:
    return {"data": f"00020101{intent}", "hosted_instructions_url": f"{INSTRUCTIONS}_{intent}", **images(intent)}


METHODS = {
    # Refunds of PromptPay need the customer's bank account, which Stripe asks for by mail.
    "promptpay": QrMethod(("thb",), "promptpay_display_qr_code", plain, refund="requires_action"),
    "paynow": QrMethod(("sgd",), "paynow_display_qr_code", plain),
    "pix": QrMethod(("brl",), "pix_display_qr_code", lambda intent: {**plain(intent), "expires_at": now() + 14400}),
    "swish": QrMethod(
        ("sek",),
        "swish_handle_redirect_or_display_qr_code",
        lambda intent: {
            "hosted_instructions_url": f"{INSTRUCTIONS}_{intent}",
            "mobile_auth_url": f"https://stripe.com/pay/swish/{intent}",
            "qr_code": {"data": f"D{intent}", "expires_at": now() + 180, **images(intent)},
        },
    ),
    "wechat_pay": QrMethod(
        ("aud", "cad", "chf", "cny", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek", "sgd", "usd"),
        "wechat_pay_display_qr_code",
        lambda intent: {
            **plain(intent),
            "data": f"weixin://wxpay/bizpayurl?pr={intent}",
            "image_data_url": "data:image/png;base64,iVBORw0KGgo=",
        },
    ),
}


def usable(type: str, *, currency: str, capture_method: str) -> bool:
    """Whether an intent of this kind can be paid so. None of these can be captured later."""
    return type == "card" or (currency in METHODS[type].currencies and capture_method != "manual")


def show_code(intent: Object, method: Object) -> Object:
    """The `next_action` of an intent. Raises Refused when the method demands something that was not sent."""
    type = method["type"]
    if type == "promptpay" and not method["billing_details"]["email"]:
        # https://docs.stripe.com/js/payment_intents/confirm_promptpay_payment
        raise invalid(
            "Missing required param: billing_details[email].", param="billing_details[email]", code="parameter_missing"
        )
    if type == "wechat_pay" and not ((intent["payment_method_options"] or {}).get("wechat_pay") or {}).get("client"):
        # https://docs.stripe.com/payments/wechat-pay/accept-a-payment
        name = "payment_method_options[wechat_pay][client]"
        raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    action = METHODS[type].action
    return {"type": action, action: METHODS[type].shows(intent["id"])}
