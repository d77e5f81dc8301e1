"""Every address of the site; mounts the apps and holds no logic."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from gisapp import views
from gisapp.api import make_api
from permits.api import router as permits_router
from tiles import pages as map_pages
from tiles.api import router as map_router

api = make_api(permits_router, map_router)

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("tiles/", include("tiles.urls")),
    *i18n_patterns(
        path("map/", map_pages.map_page, name="map"),
    ),
]
