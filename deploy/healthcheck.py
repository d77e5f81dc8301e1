"""Asks the web server beside it for a sign of life: ``healthcheck.py [PATH [PORT]]``; exits 0 or 1.

Standard library only, for it runs every few seconds. It asks by a name that the site answers to,
since Django refuses any other, and says HTTPS, as nginx would, so that it is not redirected.
"""

from __future__ import annotations

import http.client
import os
import sys

HOST = "127.0.0.1"
TIMEOUT_S = 4.0


def is_well(*, path: str, port: int, name: str) -> bool:
    """Whether ``path`` answers 200 within the time limit when asked for by the host ``name``."""
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path, headers={"Host": name, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    path = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
    names = [n.strip() for n in os.environ.get("ALLOWED_HOSTS", "").split(",") if n.strip()]
    # ".town.example" allows every name below it; "*" allows any.
    name = names[0].lstrip(".") if names and names[0] != "*" else HOST
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    return 0 if is_well(path=path, port=port, name=name) else 1


if __name__ == "__main__":
    sys.exit(main())
