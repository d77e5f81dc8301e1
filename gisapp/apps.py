from django.apps import AppConfig


class GisappConfig(AppConfig):
    name = "gisapp"
    verbose_name = "Umran"

    def ready(self) -> None:
        from gisapp import checks  # noqa: F401  registers the system checks
