"""Addresses of the pages about agents."""

from django.urls import path

from agents.views import carried, connecting

app_name = "agents"
urlpatterns = [
    path("connect/", connecting.connect, name="connect"),
    path("actions/<int:pk>/carried/", carried.carried, name="carried"),
]
