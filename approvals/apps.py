from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "Whether it may be done"

    def ready(self) -> None:
        """Say which of our rows can be named by a reference, and what of them can be forgotten."""
        from approvals import forgetting, models  # noqa: F401  (registers what it forgets)
        from crm import refs

        refs.register("approval", models.Approval, related=["decided_by", "decides_member__user"])
        refs.register("policy", models.Policy)
