"""Who we know: organizations and their people, contacts, companies, and what passed between us."""

from crm.models.activities import Activity, Task
from crm.models.companies import Company
from crm.models.contacts import Contact
from crm.models.emails import Email, EmailTemplate
from crm.models.fields import CustomField
from crm.models.imports import Import, ImportFile
from crm.models.links import Link, LinkType
from crm.models.organizations import Membership, Organization, Role, User

__all__ = [
    "Activity",
    "Company",
    "Contact",
    "CustomField",
    "Email",
    "EmailTemplate",
    "Import",
    "ImportFile",
    "Link",
    "LinkType",
    "Membership",
    "Organization",
    "Role",
    "Task",
    "User",
]
