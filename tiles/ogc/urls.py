"""Addresses of the OGC API, under ``/ogc/``."""

from django.urls import path, re_path

from tiles.ogc import views

app_name = "ogc"

COLLECTION = "collections/<str:collection_id>"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("api", views.conformance, name="api"),
    path(COLLECTION, views.collection, name="collection"),
    path(f"{COLLECTION}/items", views.items, name="items"),
    path(f"{COLLECTION}/items/<str:feature_id>", views.item, name="item"),
    re_path("", views.nowhere),
]
