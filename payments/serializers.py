"""Shapes of what the calls about payments promise."""

from typing import Any

from rest_framework import serializers

from customerbackend.money import PaymentMethod
from customerbackend.serializers import MoneyField, UtcDateTimeField, page_serializer
from payments.models import Payment


class RefundSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField(help_text="pending, action_required, succeeded, failed")
    amount = MoneyField()
    reason = serializers.CharField()
    at = UtcDateTimeField()


class FailureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class QrSerializer(serializers.Serializer[Any]):
    payload = serializers.CharField()
    expires_at = UtcDateTimeField()


class PaymentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    provider = serializers.ChoiceField(choices=Payment.Provider.choices)
    state = serializers.ChoiceField(choices=Payment.State.choices)
    amount = MoneyField()
    captured = MoneyField(help_text="What was really taken.")
    refunds = RefundSerializer(many=True)
    failure = FailureSerializer(allow_null=True)
    client_secret = serializers.CharField(allow_null=True)
    publishable_key = serializers.CharField(allow_null=True)
    payment_url = serializers.URLField(allow_null=True)
    qr = QrSerializer(allow_null=True)
    created_at = UtcDateTimeField()


PaymentPageSerializer = page_serializer("PaymentPage", PaymentSerializer)
