from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Who does it"

    def ready(self) -> None:
        """Carry out what is granted, and ask where a move must be approved."""
        from agents import forgetting, models, subscribers  # noqa: F401  (they register themselves)
        from agents.questions import ask_for_move
        from agents.resumption import EXECUTOR
        from approvals import executors
        from audit.models import Action
        from crm import refs
        from pipelines import asking

        executors.register(EXECUTOR)
        asking.register(ask_for_move)
        refs.register("agent", models.Agent, related=["owner__user"])
        refs.register("action", Action)
