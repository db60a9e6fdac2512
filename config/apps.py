from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        """Make ours the Celery application that tasks are sent through."""
        from config import celery  # noqa: F401  (it needs the settings, which need this module)


class ConsoleConfig(admin.AdminConfig):
    """Django's admin with our rule of who may enter."""

    default = False
    default_site = "config.console.Console"
