from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from notifications.checks import check_apns, check_fcm, check_vapid


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        for check in (check_fcm, check_apns, check_vapid):
            register(check, "notifications")
