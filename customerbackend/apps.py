from django.apps import AppConfig
from django.db.backends.signals import connection_created

from customerbackend.statements import close_with_thread


class CustomerbackendConfig(AppConfig):
    name = "customerbackend"
    verbose_name = "Ground floor"

    def ready(self) -> None:
        connection_created.connect(close_with_thread)
