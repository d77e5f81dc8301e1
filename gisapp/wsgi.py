"""The WSGI entry that the server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisapp.settings")

django = get_wsgi_application()
# Every page is imported before anybody asks for one, or the first visitor of each worker would wait
# for seconds.
get_resolver().url_patterns  # noqa: B018

from tiles.quick import QuickTiles  # noqa: E402  reads models, which Django has to load first

application = QuickTiles(django)
if settings.TRUSTED_PROXIES:
    # The visitor's own address, for login limits and the history, instead of the proxy's.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)
