"""The console's pages of those we know. (`TenantAdmin` is the base of every app's pages.)"""

from crm.admin import objects, organizations, settings
from crm.console import TenantAdmin

__all__ = ["TenantAdmin", "objects", "organizations", "settings"]
