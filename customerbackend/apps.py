from django.apps import AppConfig


class CustomerbackendConfig(AppConfig):
    name = "customerbackend"
    verbose_name = "Ground floor"
