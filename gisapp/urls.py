"""Every address of the site; mounts the apps and holds no logic."""

from django.urls import path

from gisapp import views
from gisapp.api import make_api
from permits.api import router as permits_router

api = make_api(permits_router)

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
