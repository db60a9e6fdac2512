from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "Who we know"

    def ready(self) -> None:
        """Say which of our rows can be named by a reference, and what of them can be compared."""
        from crm import (
            catalogues,
            exports,
            models,
            objects,
            outbox,  # noqa: F401  (a worker's task)
            refs,
            undoing,  # noqa: F401  (says what undo leaves true)
        )
        from crm.imports import companies, happenings, ordering, people  # noqa: F401  (take rows)

        refs.register("contact", models.Contact, related=["company", "owner__user"])
        refs.register("company", models.Company, related=["owner__user"])
        refs.register("activity", models.Activity, related=["contact"])
        refs.register("task", models.Task, related=["contact", "assignee__user"])
        refs.register("email", models.Email, related=["contact", "template"])
        refs.register("emailtemplate", models.EmailTemplate)
        refs.register("link", models.Link, related=["type"])
        refs.register("linktype", models.LinkType)
        refs.register("customfield", models.CustomField)
        refs.register("import", models.Import)
        refs.register("member", models.Membership, related=["user", "organization"])
        refs.register("organization", models.Organization)
        catalogues.register_all()
        objects.register_all()
        exports.register_all()
