from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Make ours the Celery application that tasks are sent through."""
        from config import celery  # noqa: F401  (it needs the settings, which need this module)
