"""Addresses of the map services."""

from django.urls import path

from tiles import views

urlpatterns = [
    path("raster/<str:layer>/<str:z>/<str:x>/<str:y>.png", views.raster_tile, name="raster-tile"),
    path("<str:layers>.json", views.tile_json, name="tilejson"),
    path("<str:layers>/<str:z>/<str:x>/<str:y>.mvt", views.vector_tile, name="tile"),
]
