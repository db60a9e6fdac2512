"""Addresses of what happened, and of taking it back."""

from django.urls import path

from audit import views

app_name = "audit"
urlpatterns = [
    path("actions/", views.actions, name="actions"),
    path("actions/<int:pk>/", views.action, name="action"),
    path("history/<str:ref>/", views.history, name="timeline"),
    path("undo/", views.undo_plan, name="undo_plan"),
    path("undo/apply/", views.undo_apply, name="undo_apply"),
]
