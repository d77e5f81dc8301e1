"""The production deployment is valid, refuses to start without secrets, and has none of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = shutil.which("docker-compose")
SECRETS = {
    "UMRAN_CITY": "demo",
    "SECRET_KEY": "key-for-this-test",
    "DATABASE_PASSWORD": "password-for-this-test",
    "POSTGRES_PASSWORD": "another-password-for-this-test",
    "ALLOWED_HOSTS": "plans.town.example",
    "TLS_DIR": "/etc/umran/tls",
}

needs_compose = pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed")


def compose_config(environment: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` on our file, away from any .env that the developer keeps."""
    return subprocess.run(
        [
            COMPOSE or "docker-compose",
            f"--file={ROOT / 'docker-compose.yml'}",
            f"--project-directory={tmp_path}",
            "config",
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_compose
def test_the_file_is_valid_when_every_secret_is_given(tmp_path: Path) -> None:
    done = compose_config(SECRETS, tmp_path)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"db", "migrate", "app", "worker", "nginx"}
    assert services["worker"]["environment"]["DATABASE_URL"] == (
        "postgis://umran:password-for-this-test@db:5432/umran"
    )


def test_rasters_outlive_the_container_and_are_seen_by_all_that_read_them() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert "rasters" in compose["volumes"]
    for name in ("app", "worker"):
        assert "rasters:/srv/umran/var/rasters" in compose["services"][name]["volumes"]


@needs_compose
@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_it_refuses_to_start_without(missing: str, tmp_path: Path) -> None:
    given = {name: value for name, value in SECRETS.items() if name != missing}
    done = compose_config(given, tmp_path)
    assert done.returncode != 0
    assert missing in done.stderr


@needs_compose
def test_an_empty_secret_is_no_secret(tmp_path: Path) -> None:
    assert compose_config({**SECRETS, "SECRET_KEY": ""}, tmp_path).returncode != 0


def services() -> dict[str, dict[str, object]]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, object]] = yaml.safe_load(text)["services"]
    return found


@pytest.mark.parametrize("name", ["db", "app", "worker", "nginx"])
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    service = services()[name]
    assert service["healthcheck"]["test"]  # type: ignore[index]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["db", "app", "worker", "migrate"])
def test_only_nginx_is_reachable_from_outside(name: str) -> None:
    assert "ports" not in services()[name]


@pytest.mark.parametrize("name", ["app", "worker", "migrate", "nginx"])
def test_our_containers_can_neither_write_their_files_nor_gain_rights(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
