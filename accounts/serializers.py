"""Shapes of what the calls about accounts take and give."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from accounts.models import Customer
from customerbackend.allergens import Allergen
from customerbackend.money import PaymentMethod
from customerbackend.serializers import (
    BoundedListField,
    EmailAddressField,
    StrictSerializer,
    UtcDateTimeField,
    check_coordinates,
    field_error,
    page_serializer,
    with_ascii_domain,
)
from customerbackend.times import check_time_zone
from notifications.preference_serializers import NotificationSettingsBody, NotificationSettingsSerializer

LOGIN = r"^[a-z0-9][a-z0-9._-]{2,63}$"
TELEGRAM = r"^@?[A-Za-z][A-Za-z0-9_]{4,31}$"


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


class PasswordField(serializers.CharField):
    """A password as it is typed: spaces count, and nobody can have it shown again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, trim_whitespace=False, write_only=True, **kwargs)


class SignUpBody(StrictSerializer):
    login = LoginField()
    email = EmailAddressField()
    phone = PhoneNumberField(required=False, allow_null=True, default=None)
    password = PasswordField()
    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class VerificationBody(StrictSerializer):
    code = serializers.RegexField(r"^[0-9]{6}$", error_messages={"invalid": _("A code has six digits.")})


class SignInBody(StrictSerializer):
    login = serializers.CharField(max_length=254, help_text="Login or email.")
    password = PasswordField()
    keep_signed_in = serializers.BooleanField(default=False)
    device_name = serializers.CharField(max_length=100, default="", allow_blank=True)

    def validate_login(self, login: str) -> str:
        return with_ascii_domain(login) if "@" in login else login


class RefreshBody(StrictSerializer):
    refresh_token = serializers.CharField(max_length=300)


class PasswordBody(StrictSerializer):
    password = PasswordField()


class NewPasswordBody(StrictSerializer):
    current_password = PasswordField()
    new_password = PasswordField()


class ResetBody(StrictSerializer):
    email = EmailAddressField()


class ResetConfirmationBody(StrictSerializer):
    token = serializers.CharField(max_length=100, help_text="What stands after the # of the link that was mailed.")
    new_password = PasswordField()


class EmailBody(StrictSerializer):
    email = EmailAddressField()


class TelegramField(serializers.RegexField):
    """A Telegram user name, kept without the @."""

    def __init__(self, **kwargs: Any) -> None:
        invalid = _("A Telegram name has 5 to 32 Latin letters, digits and underscores.")
        super().__init__(TELEGRAM, error_messages={"invalid": invalid}, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        name = super().run_validation(data)
        return name.removeprefix("@") if isinstance(name, str) else name


class TimeZoneField(serializers.CharField):
    """The IANA name of a time zone."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        try:
            check_time_zone(name)
        except ValidationError as fault:
            raise serializers.ValidationError(fault.messages, code="invalid") from fault
        return name


class SetField(BoundedListField):
    """Several of some choices, each once."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices=choices), max_length=len(choices), **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class AccountBody(StrictSerializer):
    """What a customer may change of the account; what is left out stays as it is."""

    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    phone = PhoneNumberField(required=False, allow_null=True)
    password = PasswordField(required=False, help_text="Needed beside a new phone number.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = TimeZoneField(max_length=64, required=False, help_text="IANA name, such as Europe/Berlin.")
    telegram = TelegramField(required=False, allow_null=True)
    messengers = SetField(Customer.Messenger.choices, required=False)
    preferred_contact = serializers.ChoiceField(choices=Customer.Contact.choices, required=False, allow_null=True)
    preferred_payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, required=False, allow_null=True)
    default_address_id = serializers.UUIDField(required=False, allow_null=True)
    allergens = SetField(Allergen.choices, required=False)
    notifications = NotificationSettingsBody(required=False)


class PlaceBody(StrictSerializer):
    city = serializers.CharField(max_length=100)
    line = serializers.CharField(max_length=200, help_text="Street and house number.")
    postal_code = serializers.CharField(max_length=16, required=False, allow_null=True)
    apartment = serializers.CharField(max_length=32, required=False, allow_null=True)
    entrance = serializers.CharField(max_length=32, required=False, allow_null=True)
    floor = serializers.CharField(max_length=16, required=False, allow_null=True)
    door_code = serializers.CharField(max_length=32, required=False, allow_null=True)
    leave_at_door = serializers.BooleanField(required=False, default=False)
    comment = serializers.CharField(max_length=300, required=False, allow_null=True)
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False, allow_null=True)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return check_coordinates(attrs)


class AddressBody(PlaceBody):
    """A new address."""

    name = serializers.CharField(max_length=50, required=False, allow_null=True, help_text="Home, for example.")
    is_default = serializers.BooleanField(required=False, default=False)


class AddressChangeBody(StrictSerializer):
    """What is left out stays as it is. Coordinates are changed together."""

    def get_fields(self) -> dict[str, Any]:
        fields = AddressBody().get_fields()
        for field in fields.values():
            field.required, field.default = False, serializers.empty
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if name in attrs and other not in attrs:
                raise serializers.ValidationError({other: [field_error(_("Give both coordinates."), "required")]})
        return check_coordinates(attrs)


class PlaceSerializer(serializers.Serializer[Any]):
    city = serializers.CharField()
    line = serializers.CharField()
    postal_code = serializers.CharField(allow_null=True)
    apartment = serializers.CharField(allow_null=True)
    entrance = serializers.CharField(allow_null=True)
    floor = serializers.CharField(allow_null=True)
    door_code = serializers.CharField(allow_null=True)
    leave_at_door = serializers.BooleanField()
    comment = serializers.CharField(allow_null=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class AddressSerializer(PlaceSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)
    is_default = serializers.BooleanField()
    created_at = UtcDateTimeField()


class EmailCodeSentSerializer(serializers.Serializer[Any]):
    sent_to = serializers.CharField(help_text="The address, shortened.")
    expires_at = UtcDateTimeField()
    tries_left = serializers.IntegerField()


class CodeSentSerializer(EmailCodeSentSerializer):
    id = serializers.UUIDField()


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
    messengers = serializers.ListField(child=serializers.ChoiceField(choices=Customer.Messenger.choices))
    preferred_contact = serializers.ChoiceField(choices=Customer.Contact.choices, allow_null=True)
    preferred_payment_method = serializers.ChoiceField(choices=PaymentMethod.choices, allow_null=True)
    default_address_id = serializers.UUIDField(allow_null=True)
    allergens = serializers.ListField(child=serializers.ChoiceField(choices=Allergen.choices))
    notifications = NotificationSettingsSerializer(help_text="What I want to be told.")
    created_at = UtcDateTimeField()


class SignedUpSerializer(serializers.Serializer[Any]):
    session = SessionSerializer()
    customer = CustomerSerializer()


class DeviceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    device_name = serializers.CharField(allow_blank=True)
    network = serializers.CharField(allow_null=True, help_text="Roughly from where: a shortened address.")
    is_current = serializers.BooleanField(help_text="The session that asks.")
    keep_signed_in = serializers.BooleanField()
    created_at = UtcDateTimeField(help_text="The sign-in.")
    refreshed_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()


DevicePageSerializer = page_serializer("SessionPage", DeviceSerializer)
AddressPageSerializer = page_serializer("AddressPage", AddressSerializer)


class ExportSerializer(serializers.Serializer[Any]):
    """Everything held about the customer; each part of the product adds its own."""

    exported_at = UtcDateTimeField()
    account = serializers.DictField()
    addresses = serializers.ListField(child=serializers.DictField())
    sessions = serializers.ListField(child=serializers.DictField())
    codes = serializers.ListField(child=serializers.DictField())
    orders = serializers.ListField(child=serializers.DictField())
    order_notes = serializers.ListField(child=serializers.DictField())
    payments = serializers.ListField(child=serializers.DictField(), help_text="With what went back of each.")
    cards = serializers.ListField(child=serializers.DictField(), help_text="Linked cards.")
    messages = serializers.ListField(child=serializers.DictField())
    devices = serializers.ListField(child=serializers.DictField(), help_text="Those that are pushed to.")
    idempotency_keys = serializers.ListField(child=serializers.DictField())
