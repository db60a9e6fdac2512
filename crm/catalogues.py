"""The fields of people, companies, e-mails, tasks and activities that conditions may compare."""

from django.db import models

from audit import clock
from crm.conditions import FieldCatalogue, register
from crm.models import Activity, Company, Contact, Email, Task


def register_all() -> None:
    """Build the catalogues; once the kinds that references name are known."""
    company = register(FieldCatalogue("company", Company))
    company.add("name", "domain", "industry", "employees", "phone", "website", "city", "region")
    company.add("postal_code", "country", "technologies", "owner", "subtype", "description")
    company.add("external_id", "external_source", "created_at", "archived_at")
    company.add(revenue_cents="yearly revenue")
    company.add_custom()

    contact = register(FieldCatalogue("contact", Contact))
    contact.add("name", "first_name", "last_name", "phone", "mobile", "job_title", "owner")
    contact.add("source", "language", "time_zone", "city", "region", "postal_code", "country")
    contact.add("tags", "do_not_contact", "last_contacted_at", "subtype", "description", "company")
    contact.add("external_id", "external_source", "created_at", "archived_at")
    contact.add(email="e-mail", other_emails="other e-mails", linkedin_url="LinkedIn")
    contact.add_count("open_tasks", "open tasks", rows=_open_tasks, of="contact")
    contact.add_count("overdue_tasks", "overdue tasks", rows=_overdue_tasks, of="contact")
    contact.add_custom()
    contact.include(company, under="contact.company", through="company", label="company")

    email = register(FieldCatalogue("email", Email))
    email.add("status", "contact", "to_address", "subject", "sent_by", "send_at", "sent_at")
    email.add("created_at")

    task = register(FieldCatalogue("task", Task))
    task.add("title", "notes", "contact", "assignee", "due_at", "done_at", "created_at")
    task.add("external_id", "external_source")
    task.include(contact, under="contact", through="contact", label="contact")

    activity = register(FieldCatalogue("activity", Activity))
    activity.add("kind", "direction", "subject", "body", "outcome", "owner", "contact")
    activity.add("occurred_at", "created_at")
    activity.include(contact, under="contact", through="contact", label="contact")


def _open_tasks() -> "models.QuerySet[Task]":
    return Task.objects.filter(done_at=None)


def _overdue_tasks() -> "models.QuerySet[Task]":
    return _open_tasks().filter(due_at__lt=clock.now())
