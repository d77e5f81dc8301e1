"""Every address of the site; mounts the apps and holds no logic."""

from django.urls import path

from gisapp import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
