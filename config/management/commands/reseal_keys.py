"""Seal the keys of models anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agents.model_choices import choices, sealing
from agents.models import ModelChoice
from audit.actions import tenant
from audit.actors import system
from crm.models import Organization


class Command(BaseCommand):
    help = "Seals every key with the first of SEALING_SECRETS; the others can be dropped then."

    def handle(self, *args: Any, **options: Any) -> None:
        resealed, lost = 0, []
        for organization_id in Organization.objects.values_list("pk", flat=True).order_by("pk"):
            with tenant(organization_id):
                keys = list(
                    ModelChoice.objects.filter(organization=organization_id).exclude(key="")
                )
            for choice in keys:
                try:
                    choices.reseal(choice, by=system(organization_id))
                except sealing.Unreadable:
                    lost.append(choice.ref)
                else:
                    resealed += 1
        self.stdout.write(f"{resealed} resealed")
        if lost:
            raise CommandError(f"No secret opens the keys of {', '.join(lost)}; set them again.")
