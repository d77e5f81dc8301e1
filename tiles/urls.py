"""Addresses of the map services."""

from django.urls import path

from tiles import raster_views, views

urlpatterns = [
    path("raster/<str:layer>.json", raster_views.raster_json_document, name="raster-tilejson"),
    path(
        "raster/<str:layer>/<str:z>/<str:x>/<str:y>@2x.<str:form>",
        raster_views.raster_tile,
        {"twice": True},
        name="raster-tile-twice",
    ),
    path(
        "raster/<str:layer>/<str:z>/<str:x>/<str:y>.<str:form>",
        raster_views.raster_tile,
        name="raster-tile",
    ),
    path("<str:layers>.json", views.tile_json, name="tilejson"),
    path("<str:layers>/<str:z>/<str:x>/<str:y>.mvt", views.vector_tile, name="tile"),
]
