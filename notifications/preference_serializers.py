"""Shapes of what a customer wants to be told, as a part of the account."""

from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customerbackend.serializers import StrictSerializer, field_error
from notifications.kinds import PREFERENCES

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class ClockField(serializers.RegexField):
    """A time of day, `22:00`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(CLOCK, error_messages={"invalid": _("A time of day is written like 22:00.")}, **kwargs)


class ChannelsBody(StrictSerializer):
    push = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)


class ChannelsSerializer(serializers.Serializer[Any]):
    push = serializers.BooleanField()
    email = serializers.BooleanField()


# `from` is a word of Python's, hence `vars()`.
class QuietHours(StrictSerializer):
    """Both by the customer's own clock; they may go past midnight."""

    vars()["from"] = ClockField()
    to = ClockField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["from"] == attrs["to"]:
            raise serializers.ValidationError(
                {"to": [field_error(_("They end at another time than they begin."), "invalid")]}
            )
        return {name: time.fromisoformat(clock) for name, clock in attrs.items()}


class QuietHoursSerializer(serializers.Serializer[Any]):
    vars()["from"] = ClockField()
    to = ClockField()


PreferencesBody: type[StrictSerializer] = type(
    "PreferencesBody", (StrictSerializer,), {name: ChannelsBody(required=False) for name in PREFERENCES}
)
PreferencesSerializer: type[serializers.Serializer[Any]] = type(
    "PreferencesSerializer", (serializers.Serializer,), {name: ChannelsSerializer() for name in PREFERENCES}
)


class NotificationSettingsBody(StrictSerializer):
    preferences = PreferencesBody(required=False, help_text="What is left out stays. `security` is always on.")
    quiet_hours = QuietHours(
        required=False, allow_null=True, help_text="No pushes between these, but for a running order; null: none."
    )


class NotificationSettingsSerializer(serializers.Serializer[Any]):
    preferences = PreferencesSerializer(help_text="What is told by which way. `security` cannot be switched off.")
    quiet_hours = QuietHoursSerializer(allow_null=True)
