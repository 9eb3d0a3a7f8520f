"""Shapes of what the calls about payments take and promise."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customerbackend.money import PaymentMethod
from customerbackend.serializers import MoneyField, StrictSerializer, UtcDateTimeField, field_error, page_serializer
from payments.models import Payment, Provider, Refund

IN_THE_APP = [(method.value, method.label) for method in (PaymentMethod.QR, PaymentMethod.CARD)]


class PaymentBody(StrictSerializer):
    """No field takes a card's number or its CVC: those go from the provider's own form to the provider."""

    method = serializers.ChoiceField(
        choices=IN_THE_APP, required=False, allow_null=True, help_text="By default as the order was placed."
    )
    card_id = serializers.UUIDField(required=False, allow_null=True, help_text="One of my linked cards.")
    save_card = serializers.BooleanField(
        required=False, allow_null=True, help_text="Link the card for the next time when it has been paid with."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("card_id", "save_card"):
            if attrs.get(name) and attrs.get("method") == PaymentMethod.QR:
                fault = field_error(_("There is no card in this way of paying."), "not_by_card")
                raise serializers.ValidationError({name: [fault]})
        if attrs.get("card_id") and attrs.get("save_card"):
            raise serializers.ValidationError({"save_card": [field_error(_("It is linked already."), "either_or")]})
        return attrs


class RefundSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Refund.State.choices)
    amount = MoneyField()
    reason = serializers.ChoiceField(choices=Refund.Reason.choices)
    at = UtcDateTimeField()


class FailureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="card_declined, insufficient_funds, expired_card, code_expired, …")
    detail = serializers.CharField()


class QrSerializer(serializers.Serializer[Any]):
    payload = serializers.CharField(help_text="What the code says; `qr.svg` and `qr.png` show it.")
    expires_at = UtcDateTimeField(allow_null=True)


class PaymentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    provider = serializers.ChoiceField(choices=Provider.choices)
    state = serializers.ChoiceField(
        choices=Payment.State.choices, help_text="A failed one can be tried again: start it once more."
    )
    amount = MoneyField()
    captured = MoneyField(help_text="What was really taken.")
    refunds = RefundSerializer(many=True)
    failure = FailureSerializer(allow_null=True)
    client_secret = serializers.CharField(allow_null=True, help_text="For the provider's form in the app.")
    publishable_key = serializers.CharField(allow_null=True)
    payment_url = serializers.URLField(allow_null=True, help_text="A page where it can be paid in a browser.")
    qr = QrSerializer(allow_null=True)
    created_at = UtcDateTimeField()


PaymentPageSerializer = page_serializer("PaymentPage", PaymentSerializer)


class CardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    brand = serializers.CharField()
    last4 = serializers.CharField()
    expires_month = serializers.IntegerField()
    expires_year = serializers.IntegerField()
    created_at = UtcDateTimeField()


CardPageSerializer = page_serializer("CardPage", CardSerializer)


class CardSetupSerializer(serializers.Serializer[Any]):
    provider = serializers.ChoiceField(choices=Provider.choices)
    client_secret = serializers.CharField(help_text="For the provider's form in the app, which takes the card.")
    publishable_key = serializers.CharField()
    setup_url = serializers.URLField(allow_null=True, help_text="A page where the card can be given in a browser.")
