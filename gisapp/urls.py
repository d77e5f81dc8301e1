"""Every address of the site; mounts the apps and holds no logic."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from gisapp import views
from gisapp.api import make_api
from parcels.ground_api import router as ground_router
from permits import conformance_views as conformance
from permits import pages, parcel_page
from permits import views as applications
from permits.api import router as permits_router
from tiles import pages as map_pages
from tiles.api import router as map_router
from tiles.exports import pages as exports
from tiles.exports.api import router as exports_router
from tiles.ogc import views as ogc
from tiles.query.api import router as query_router
from zoning.api import router as plans_router
from zoning.edges_api import router as edges_router
from zoning.extract_api import router as extract_router

handler400 = "gisapp.error_pages.bad_request"
handler403 = "gisapp.error_pages.not_allowed"
handler404 = "gisapp.error_pages.not_there"
handler500 = "gisapp.error_pages.server_error"

api = make_api(
    permits_router,
    map_router,
    query_router,
    exports_router,
    plans_router,
    extract_router,
    edges_router,
    ground_router,
)

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("tiles/", include("tiles.urls")),
    path("ogc", ogc.landing),
    path("ogc/", include("tiles.ogc.urls")),
    path("fabric.svg", pages.fabric, name="fabric"),
    path("", views.to_own_language),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("map/", map_pages.map_page, name="map"),
        path("search/", pages.search, name="search"),
        path("data/", pages.data, name="data"),
        path("data/export/", exports.take_away, name="take-away"),
        path(
            "data/export/<uuid:key>/",
            include(
                [
                    path("", exports.export, name="export"),
                    path("progress/", exports.progress, name="export-progress"),
                    path("file/", exports.file, name="export-download"),
                    path("change/", exports.change, name="export-change"),
                ]
            ),
        ),
        path("parcels/", pages.parcels, name="parcels"),
        path("parcels/<str:block>/<str:number>/", parcel_page.parcel, name="parcel"),
        path(
            "parcels/<str:block>/<str:number>/edges/<int:position>/",
            parcel_page.correct,
            name="parcel-edge",
        ),
        path("applications/", applications.register, name="applications"),
        path(
            "applications/<str:year>/<str:series>/<str:serial>/",
            include(
                [
                    path("", applications.case, name="application"),
                    path("evaluate/", applications.evaluate, name="application-evaluate"),
                    path("map.html", applications.case_map, name="application-map"),
                    path("findings.json", applications.findings, name="application-findings"),
                ]
            ),
        ),
        path("conformance/", conformance.checks, name="conformance"),
        path(
            "conformance/<int:run>/",
            include(
                [
                    path("", conformance.check, name="conformance-run"),
                    path("progress/", conformance.progress, name="conformance-progress"),
                    path("cancel/", conformance.cancel, name="conformance-cancel"),
                    path("resume/", conformance.resume, name="conformance-resume"),
                    path("parcels.csv", conformance.table, name="conformance-table"),
                ]
            ),
        ),
        path("account/", include("allauth.urls")),
    ),
]
