from django.apps import AppConfig


class PipelinesConfig(AppConfig):
    name = "pipelines"
    verbose_name = "Where they stand"

    def ready(self) -> None:
        """Let rows of this app be named, shown and found, and positions compared and extended."""
        from crm import custom_fields, refs
        from crm.imports import registry
        from pipelines import (
            access,  # noqa: F401  (says what is closed to whom)
            catalogues,
            exports,
            models,
            names,  # noqa: F401  (says what cards are called)
            objects,
            totals,  # noqa: F401  (a worker's task)
            undoing,  # noqa: F401  (what undo leaves true)
        )
        from pipelines.imports import cards, stays
        from pipelines.insight import kept  # noqa: F401  (a worker's task)

        refs.register("pipeline", models.Pipeline)
        refs.register("stage", models.Stage, related=["pipeline"])
        refs.register("position", models.Position, related=["contact", "pipeline", "stage"])
        custom_fields.allow("position")
        catalogues.register_all()
        registry.takes("positions", on="position")(cards.take_positions)
        registry.takes("history", on="")(stays.take_history)
        exports.register_all()
        objects.register_all()
        exports.register_all()
