from django.apps import AppConfig


class PipelinesConfig(AppConfig):
    name = "pipelines"
    verbose_name = "Where they stand"

    def ready(self) -> None:
        """Let rows of this app be named, shown and found, and positions compared and extended."""
        from crm import custom_fields, refs
        from pipelines import (
            access,  # noqa: F401  (says what is closed to whom)
            catalogues,
            models,
            objects,
        )

        refs.register("pipeline", models.Pipeline)
        refs.register("stage", models.Stage, related=["pipeline"])
        refs.register("position", models.Position, related=["contact", "pipeline", "stage"])
        custom_fields.allow("position")
        catalogues.register_all()
        objects.register_all()
