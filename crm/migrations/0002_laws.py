"""Everything we know is captured, walled off by organization, and linked only inside it."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall

WALLED = ["Contact", "Company", "Activity", "Task", "LinkType", "Link", "CustomField"]


class Migration(migrations.Migration):
    """People and organizations have no wall: log-in finds them before a tenant is known."""

    dependencies = [
        ("crm", "0001_people_and_companies"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [
        Track("Organization", organization="id"),
        Track("User", secret=["password"], derived=["last_login"], organization=""),
        Track("Membership"),
        Track("User_groups", organization=""),
        Track("User_user_permissions", organization=""),
        Track("auth.Group", organization=""),
        Track("auth.Group_permissions", organization=""),
        Track("guardian.UserObjectPermission", organization=""),
        Track("guardian.GroupObjectPermission", organization=""),
        Track("Contact", derived=["email_key"]),
        *(Track(model) for model in WALLED if model != "Contact"),
        *(Wall(model) for model in WALLED),
        SameTenant("Contact", "company", "owner"),
        SameTenant("Company", "owner"),
        SameTenant("Activity", "contact", "owner"),
        SameTenant("Task", "contact", "assignee"),
        SameTenant("Link", "type"),
    ]
