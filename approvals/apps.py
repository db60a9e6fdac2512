from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "Whether it may be done"

    def ready(self) -> None:
        """Say which of our rows can be named by a reference."""
        from approvals import models
        from crm import refs

        refs.register("approval", models.Approval, related=["decided_by", "decides_member__user"])
        refs.register("policy", models.Policy)
