"""Addresses of the pages of people, companies and tasks."""

from django.urls import path

from crm.views import (
    archive,
    companies,
    contacts,
    emails,
    exports,
    imports,
    proposals,
    records,
    search,
    tasks,
)

app_name = "crm"
urlpatterns = [
    path("records/<str:ref>/", records.record, name="record"),
    path("contacts/", contacts.contact_list, name="contact_list"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/archive/", archive.archive_contact, name="contact_archive"),
    path("contacts/<int:pk>/restore/", archive.restore_contact, name="contact_restore"),
    path("contacts/<int:pk>/proposals/", proposals.decide_on_contact, name="contact_proposal"),
    path("contacts/<int:pk>/activities/new/", tasks.activity_new, name="activity_new"),
    path("contacts/<int:pk>/emails/new/", emails.email_new, name="contact_email_new"),
    path("companies/", companies.company_list, name="company_list"),
    path("companies/new/", companies.company_new, name="company_new"),
    path("companies/<int:pk>/", companies.company, name="company"),
    path("companies/<int:pk>/edit/", companies.company_edit, name="company_edit"),
    path("companies/<int:pk>/archive/", archive.archive_company, name="company_archive"),
    path("companies/<int:pk>/restore/", archive.restore_company, name="company_restore"),
    path("companies/<int:pk>/proposals/", proposals.decide_on_company, name="company_proposal"),
    path("tasks/", tasks.task_list, name="task_list"),
    path("tasks/new/", tasks.task_new, name="task_new"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("emails/", emails.email_list, name="email_list"),
    path("emails/<int:pk>/", emails.email, name="email"),
    path("emails/<int:pk>/edit/", emails.email_edit, name="email_edit"),
    path("emails/<int:pk>/send/", emails.email_send, name="email_send"),
    path("emails/<int:pk>/recall/", emails.email_recall, name="email_recall"),
    path("emails/<int:pk>/discard/", emails.email_discard, name="email_discard"),
    path("imports/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_detail, name="import"),
    path("imports/<int:pk>/columns/", imports.import_mapping, name="import_mapping"),
    path("imports/<int:pk>/preview/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/resume/", imports.import_resume, name="import_resume"),
    path("exports/<str:kind>.csv", exports.export, name="export"),
    path("search/", search.search, name="search"),
    path("organizations/", search.switch_organization, name="switch_organization"),
]
