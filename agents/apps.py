from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Who does it"

    def ready(self) -> None:
        """Carry out what is granted, and ask where a move must be approved."""
        from agents import forgetting, models, ordering, subscribers  # noqa: F401  (they register)
        from agents.calls.resumption import EXECUTOR
        from agents.model_choices import choices  # noqa: F401  (it says who may undo)
        from agents.questions import ask_for_move
        from agents.workflows import workflows
        from approvals import executors
        from audit.models import Action
        from crm import objects, refs, search
        from crm.objects import Shape
        from crm.search import Searched
        from pipelines import asking
        from pipelines.objects import narrow_by_name

        executors.register(EXECUTOR)
        asking.register(ask_for_move)
        refs.register("agent", models.Agent, related=["owner__user"])
        refs.register("action", Action)
        refs.register("workflow", models.Workflow, related=["pipeline"])
        shape = Shape(columns=["pipeline"], more=workflows.describe_all)
        objects.register("workflow", shape)
        search.register("workflow", Searched(narrow_by_name, "name"))
