from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "Whether it may be done"

    def ready(self) -> None:
        """Say how our rows are referred to and called, and what of them can be forgotten."""
        from approvals import forgetting, models, names  # noqa: F401  (register what they know)
        from crm import refs

        refs.register("approval", models.Approval, related=["decided_by", "decides_member__user"])
        refs.register("policy", models.Policy)
