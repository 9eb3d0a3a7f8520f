"""Shapes of what the calls about being told take and promise."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customerbackend.serializers import StrictSerializer, UtcDateTimeField, field_error, page_serializer
from customerbackend.vapid import from_base64url, is_public_key
from notifications.models import Device
from notifications.push_addresses import is_push_address

FCM_TOKEN = re.compile(r"[!-~]{1,1500}")
APNS_TOKEN = re.compile(r"(?:[0-9A-Fa-f]{2}){32,100}")
IS_TOKEN = {
    Device.Kind.FCM.value: lambda token: bool(FCM_TOKEN.fullmatch(token)),
    Device.Kind.APNS.value: lambda token: bool(APNS_TOKEN.fullmatch(token)),
    Device.Kind.WEBPUSH.value: is_push_address,
}
AUTH_BYTES = 16


class KeysBody(StrictSerializer):
    """The keys of a browser's subscription, in base64url."""

    p256dh = serializers.CharField(max_length=100, help_text="A point of P-256, 65 bytes.")
    auth = serializers.CharField(max_length=50, help_text="16 bytes.")

    def validate_p256dh(self, value: str) -> str:
        if not is_public_key(value):
            raise serializers.ValidationError(str(_("This is no public key of a browser.")), "invalid")
        return value.rstrip("=")

    def validate_auth(self, value: str) -> str:
        try:
            is_secret = len(from_base64url(value)) == AUTH_BYTES
        except ValueError:
            is_secret = False
        if not is_secret:
            raise serializers.ValidationError(str(_("This is no secret of a browser.")), "invalid")
        return value.rstrip("=")


class PushDeviceBody(StrictSerializer):
    kind = serializers.ChoiceField(choices=Device.Kind.choices)
    token = serializers.CharField(
        max_length=1500, trim_whitespace=False,
        help_text="The provider's token; of Web Push the `endpoint` of the browser's subscription.",
    )  # fmt: skip
    name = serializers.CharField(max_length=100, default="", allow_blank=True, help_text="For people.")
    keys = KeysBody(required=False, allow_null=True, help_text="Of Web Push, and of nothing else.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        keys = attrs.pop("keys", None)
        is_browser = attrs["kind"] == Device.Kind.WEBPUSH
        faults: dict[str, Any] = {}
        if not IS_TOKEN[attrs["kind"]](attrs["token"]):
            faults["token"] = [field_error(_("This is no token of this kind."), "invalid")]
        if is_browser and keys is None:
            faults["keys"] = [field_error(_("A browser's subscription has keys."), "required")]
        elif keys is not None and not is_browser:
            faults["keys"] = [field_error(_("Only a browser's subscription has keys."), "not_allowed")]
        if faults:
            raise serializers.ValidationError(faults)
        if attrs["kind"] == Device.Kind.APNS:
            attrs["token"] = attrs["token"].lower()
        return {**attrs, **(keys or {})}


class PushDeviceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Device.Kind.choices)
    name = serializers.CharField(allow_blank=True)
    is_current = serializers.BooleanField(help_text="Registered by the session that asks.")
    registered_at = UtcDateTimeField(help_text="When it was registered last.")


PushDevicePageSerializer = page_serializer("PushDevicePage", PushDeviceSerializer)


class WebPushKeySerializer(serializers.Serializer[Any]):
    public_key = serializers.CharField(help_text="`applicationServerKey` of the browser's `pushManager.subscribe`.")
