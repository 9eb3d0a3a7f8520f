"""Pushes to devices, by the provider of each: FCM, APNs, Web Push."""

from django.utils import timezone

from notifications.channels.base import Parcel
from notifications.channels.push import apns, fcm, webpush
from notifications.channels.push.content import compose_push
from notifications.models import Device

PROVIDERS = {Device.Kind.FCM: fcm.send, Device.Kind.APNS: apns.send, Device.Kind.WEBPUSH: webpush.send}


def send(parcel: Parcel) -> int:
    """Push the message to the device. Raises NotDelivered."""
    return PROVIDERS[parcel.target["kind"]](parcel, compose_push(parcel, timezone.now()))
