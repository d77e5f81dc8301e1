"""The errors people meet, and the one table that maps them to HTTP statuses (RFC 9457).

An error carries a translated sentence that says what is wrong and what to do, and where: the
``pointer`` names the field or place in the input, as a JSON pointer or a line of a file.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class UmranError(Exception):
    """Something a person can understand and mend."""

    status = 400
    code = "error"
    title: Any = _("Something is wrong with the request")

    def __init__(self, detail: Any, *, pointer: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else str(self.detail)

    def problem(self) -> dict[str, Any]:
        """The RFC 9457 problem details, in the active language."""
        body: dict[str, Any] = {
            "type": f"urn:umran:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
        }
        if self.pointer:
            body["pointer"] = self.pointer
        return body


class BadInput(UmranError):
    """What was sent can not be read or makes no sense."""

    status = 422
    code = "bad-input"
    title = _("The input is not valid")


class UnknownParameter(BadInput):
    """A parameter in the address that nothing here reads."""

    status = 400
    code = "unknown-parameter"
    title = _("Unknown parameter")


class NotThere(UmranError):
    """What was asked for does not exist, or may not be known to exist."""

    status = 404
    code = "not-found"
    title = _("Not found")


class NotSignedIn(UmranError):
    """Only somebody who is known may do this."""

    status = 401
    code = "not-signed-in"
    title = _("Not signed in")


class NotAllowed(UmranError):
    """The person's roles do not allow this."""

    status = 403
    code = "not-allowed"
    title = _("Not allowed")


class Conflict(UmranError):
    """The present state does not allow this; somebody may have been faster."""

    status = 409
    code = "conflict"
    title = _("This does not fit the present state")


class TooLarge(BadInput):
    """More was sent than may be."""

    status = 413
    code = "too-large"
    title = _("Too large")


class NotTaken(BadInput):
    """A body of a kind that is not read here."""

    status = 415
    code = "unsupported-media-type"
    title = _("Content type not supported")


class Unavailable(UmranError):
    """Not now; the same request may succeed a little later."""

    status = 503
    code = "unavailable"
    title = _("Not available at the moment")
    retry_after_s = 2


class TooManyRequests(Unavailable):
    """This address has asked too often."""

    status = 429
    code = "too-many-requests"
    title = _("Too many requests")
