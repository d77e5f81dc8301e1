"""Addresses of the OGC API, under ``/ogc/``."""

from django.urls import path, re_path

from tiles.ogc import views

app_name = "ogc"

COLLECTION = "collections/<str:collection_id>"
TILE = "<str:grid>/<str:matrix>/<str:row>/<str:column>"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("api", views.api, name="api"),
    path(COLLECTION, views.collection, name="collection"),
    path(f"{COLLECTION}/queryables", views.queryables, name="queryables"),
    path(f"{COLLECTION}/schema", views.schema, name="schema"),
    path(f"{COLLECTION}/items", views.items, name="items"),
    path(f"{COLLECTION}/items/<str:feature_id>", views.item, name="item"),
    path("tileMatrixSets", views.grids, name="grids"),
    path("tileMatrixSets/<str:grid>", views.grid, name="grid"),
    path("tiles", views.tilesets, name="tilesets"),
    path("tiles/<str:grid>", views.tileset, name="tileset"),
    path(f"tiles/{TILE}", views.tile, name="tile"),
    path(f"{COLLECTION}/tiles", views.tilesets, name="collection-tilesets"),
    path(f"{COLLECTION}/tiles/<str:grid>", views.tileset, name="collection-tileset"),
    path(f"{COLLECTION}/tiles/{TILE}", views.tile, name="collection-tile"),
    re_path("", views.nowhere),
]
