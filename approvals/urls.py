"""Addresses of the inbox and of what waits in it."""

from django.urls import path

from approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("count/", views.count, name="count"),
    path("of/<str:ref>/", views.of, name="of"),
    path("<int:pk>/", views.approval, name="approval"),
    path("<int:pk>/grant/", views.grant, name="grant"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/lift/", views.lift, name="lift"),
]
