"""Why a payment failed, in codes that clients branch on and words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECLINED = "card_declined"
INSUFFICIENT_FUNDS = "insufficient_funds"
EXPIRED_CARD = "expired_card"
INCORRECT_DETAILS = "incorrect_details"
NOT_AUTHENTICATED = "authentication_failed"
CODE_EXPIRED = "code_expired"
NOT_CAPTURED = "not_captured"
FAILED = "payment_failed"

DETAILS: dict[str, str | Promise] = {
    DECLINED: _("The bank has declined the card. Try another one, or another way of paying."),
    INSUFFICIENT_FUNDS: _("There is not enough money on the account."),
    EXPIRED_CARD: _("The card has expired."),
    INCORRECT_DETAILS: _("Something in the card's details is not right."),
    NOT_AUTHENTICATED: _("The bank could not make sure that it is you. Try again."),
    CODE_EXPIRED: _("The code was not paid in time. Ask for a new one."),
    NOT_CAPTURED: _("The bank no longer lets us take what it had promised."),
    FAILED: _("The payment has failed. Try again, or another way of paying."),
}
