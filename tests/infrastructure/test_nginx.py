"""nginx in front of the application: its configuration, run for real before a small listener."""

from __future__ import annotations

import http.client
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    NGINX is None or OPENSSL is None, reason="nginx or openssl is not installed"
)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers every request with the headers it received."""

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self) -> None:
        body = "".join(f"{key}: {value}\n" for key, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@dataclass(frozen=True)
class Site:
    """A running nginx: its ports on 127.0.0.1."""

    http_port: int
    https_port: int

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, str]:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the certificate was made a second ago
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.https_port, timeout=10, context=context
        )
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        connection.request(method, path, body=body, headers={"Host": "plans.example", **named})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def certificate(folder: Path) -> None:
    subprocess.run(
        [
            OPENSSL or "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
            "-subj", "/CN=plans.example",
            "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


def moved(folder: Path, *, application_port: int, site: Site) -> Path:
    """Our nginx.conf with its places and ports moved to this machine, and nothing else changed."""
    changes = {
        "/tmp/": f"{folder}/",  # noqa: S108 (first: the places below may lie in /tmp themselves)
        "/etc/umran/tls": str(folder),
        "/etc/umran/proxy.conf": str(ROOT / "deploy" / "proxy.conf"),
        "/srv/umran/static/": f"{folder}/static/",
        "server app:8000": f"server 127.0.0.1:{application_port}",
        "listen 8080": f"listen 127.0.0.1:{site.http_port}",
        "listen 8443": f"listen 127.0.0.1:{site.https_port}",
        "access_log /dev/stdout": f"access_log {folder}/access.log",
        "error_log /dev/stderr": f"error_log {folder}/error.log",
    }
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for ours, here in changes.items():
        assert ours in text, f"nginx.conf no longer says {ours}"
        text = text.replace(ours, here)
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "static").mkdir()
    (folder / "static" / "map.css").write_text("body {}", encoding="utf-8")
    certificate(folder)
    site = Site(http_port=free_port(), https_port=free_port())
    application = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    file = moved(folder, application_port=application.server_port, site=site)
    # Root's temporary files are closed to the user that nginx would otherwise become.
    as_root = ["-g", "user root;"] if os.geteuid() == 0 else []
    server = subprocess.Popen(
        [NGINX or "nginx", "-e", f"{folder}/error.log", "-c", str(file), *as_root]
    )
    try:
        wait_for(site.https_port, server)
        yield site
    finally:
        server.terminate()
        server.wait(timeout=10)
        application.shutdown()
        application.server_close()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert server.poll() is None, "nginx ended; its error.log says why"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx did not answer")


def test_forwarded_headers_of_the_visitor_are_overwritten(site: Site) -> None:
    status, seen = site.ask(
        "/en/",
        X_Forwarded_For="6.6.6.6",
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
        X_Real_IP="6.6.6.6",
        Forwarded="for=6.6.6.6",
    )
    assert status == 200
    assert "X-Forwarded-For: 127.0.0.1" in seen
    assert "X-Forwarded-Proto: https" in seen
    assert "Host: plans.example" in seen
    assert "6.6.6.6" not in seen
    assert "evil.example" not in seen


def test_a_body_over_the_limit_is_refused_before_the_application(site: Site) -> None:
    assert site.ask("/api/v1/evaluations", method="POST", body=b"x" * 2_000_000)[0] == 200
    assert site.ask("/api/v1/evaluations", method="POST", body=b"x" * 2_200_000)[0] == 413


def test_static_files_come_from_nginx(site: Site) -> None:
    assert site.ask("/static/map.css") == (200, "body {}")
    assert site.ask("/static/missing.css")[0] == 404
    assert site.ask("/static/../nginx.conf")[0] in (400, 404, 200)
    assert "ssl_certificate" not in site.ask("/static/../nginx.conf")[1]


def test_plain_http_leads_to_https(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.http_port, timeout=10)
    connection.request("GET", "/ar/?x=1", headers={"Host": "plans.example"})
    answer = connection.getresponse()
    assert answer.status == 301
    assert answer.headers["Location"] == "https://plans.example/ar/?x=1"
    connection.close()


def test_the_container_has_a_sign_of_life_without_the_application(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.http_port, timeout=10)
    connection.request("GET", "/nginx-health")
    assert connection.getresponse().status == 200
    connection.close()
