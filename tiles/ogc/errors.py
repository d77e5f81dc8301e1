"""What can be wrong with a request to the OGC API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gisapp.errors import BadInput, UmranError


class BadParameter(BadInput):
    """A parameter's value can not be read; the standard asks for 400."""

    status = 400
    code = "bad-parameter"
    title = _("A parameter can not be read")


class NotAcceptable(UmranError):
    """None of the formats that the client accepts is offered here."""

    status = 406
    code = "not-acceptable"
    title = _("No such format")


class NotSafe(UmranError):
    """A method other than GET and HEAD."""

    status = 405
    code = "method-not-allowed"
    title = _("This can only be read")
