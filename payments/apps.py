from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from payments.checks import check_methods, check_real_money, check_stripe


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        register(check_methods, "payments")
        register(check_stripe, "payments")
        register(check_real_money, "payments", deploy=True)
