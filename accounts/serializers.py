"""Shapes of what the calls about accounts take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from accounts.models import Customer
from customerbackend.serializers import StrictSerializer, UtcDateTimeField

LOGIN = r"^[a-z0-9][a-z0-9._-]{2,63}$"


class LoginField(serializers.RegexField):
    """A login; its case is ignored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            LOGIN,
            error_messages={
                "invalid": _(
                    "A login has 3 to 64 Latin letters, digits, dots, dashes; it begins with a letter or digit."
                )
            },
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data.lower() if isinstance(data, str) else data)


class SignUpBody(StrictSerializer):
    login = LoginField()
    email = serializers.EmailField(max_length=254)
    phone = PhoneNumberField(required=False, allow_null=True, default=None)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class VerificationBody(StrictSerializer):
    code = serializers.RegexField(r"^[0-9]{6}$", error_messages={"invalid": _("A code has six digits.")})


class SignInBody(StrictSerializer):
    login = serializers.CharField(max_length=254, help_text="Login or email.")
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    keep_signed_in = serializers.BooleanField(default=False)
    device_name = serializers.CharField(max_length=100, default="", allow_blank=True)


class RefreshBody(StrictSerializer):
    refresh_token = serializers.CharField(max_length=300)


class CodeSentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sent_to = serializers.CharField(help_text="The address, shortened.")
    expires_at = UtcDateTimeField()
    tries_left = serializers.IntegerField()


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    access_token = serializers.CharField()
    access_expires_at = UtcDateTimeField()
    refresh_token = serializers.CharField()
    refresh_expires_at = UtcDateTimeField()
    token_type = serializers.ChoiceField(choices=["Bearer"])


class CustomerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    login = serializers.CharField(allow_null=True)
    email = serializers.EmailField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    telegram = serializers.CharField(allow_null=True)
    messengers = serializers.ListField(child=serializers.CharField())
    preferred_contact = serializers.ChoiceField(choices=Customer.Contact.choices, allow_null=True)
    preferred_payment_method = serializers.CharField(allow_null=True)
    default_address_id = serializers.UUIDField(allow_null=True)
    allergens = serializers.ListField(child=serializers.CharField())
    created_at = UtcDateTimeField()


class SignedUpSerializer(serializers.Serializer[Any]):
    session = SessionSerializer()
    customer = CustomerSerializer()
