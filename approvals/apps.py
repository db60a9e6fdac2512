from django.apps import AppConfig

# What people are told when an approval changes; what it was judged on its own page shows.
TOLD = (
    "status",
    "expires_at",
    "decision",
    "decided_by_id",
    "decided_at",
    "note",
    "ended_because",
    "lifted_at",
    "lifted_by_id",
)


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "Whether it may be done"

    def ready(self) -> None:
        """Say which of our rows can be named by a reference, and what of them can be forgotten."""
        from approvals import forgetting, models  # noqa: F401  (registers what it forgets)
        from audit import wording
        from crm import refs

        refs.register("approval", models.Approval, related=["decided_by", "decides_member__user"])
        refs.register("policy", models.Policy)
        wording.tell_only("approvals_approval", TOLD)
