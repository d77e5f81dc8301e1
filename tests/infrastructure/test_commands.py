"""The commands in bin/: what they refuse, and that they say what to do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from environ import Env

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_library(script: str, *arguments: str, **environment: str) -> str:
    """What a line of shell prints once bin/lib.sh is loaded."""
    done = run("bash", "-c", f"source bin/lib.sh; {script}", "bash", *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "folder", ["/srv/umran/var/pg/run", "/home/Noura/my plans/run", "/خرائط/é"]
)
def test_django_finds_the_socket_directory_whatever_its_name(folder: str) -> None:
    quoted = in_library('url_quote "$1"', folder)
    read = Env.db_url_config(f"postgis://umran@/umran_demo?host={quoted}&port=5439")
    assert read["NAME"] == "umran_demo"
    assert read["OPTIONS"] == {"host": folder, "port": 5439}


def test_a_database_url_given_by_the_caller_is_kept() -> None:
    url = "postgis://elsewhere/plans"
    assert in_library('use_database; echo "$DATABASE_URL"', DATABASE_URL=url) == url


@pytest.mark.parametrize("name", ["../etc", "Demo", "a b", "x;DROP DATABASE y", "-x"])
def test_a_city_name_that_could_mean_something_else_is_refused(name: str) -> None:
    done = run("bash", "-c", "source bin/lib.sh; city", UMRAN_CITY=name)
    assert done.returncode == 1
    assert "is not a city's name" in done.stderr


def test_demo_names_the_cities_when_asked_for_an_unknown_one() -> None:
    done = run("bin/demo", "--city", "atlantis")
    assert done.returncode == 1
    assert "demo" in done.stderr.partition("use one of:")[2]


def test_manage_makes_no_database_for_a_city_that_is_not_there() -> None:
    done = run("bin/manage", "--city", "atlantis", "check")
    assert done.returncode == 1
    assert "there is no profile data/cities/atlantis.yaml" in done.stderr
    assert "Creating the database" not in done.stdout + done.stderr


def test_demo_says_that_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("bin/demo", "--port", str(port))
    assert done.returncode == 1
    assert f"port {port} is in use" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000; true"])
def test_demo_refuses_what_is_no_port(port: str) -> None:
    done = run("bin/demo", "--port", port)
    assert done.returncode == 1
    assert "is not a port" in done.stderr


@pytest.mark.parametrize("missing", ["DATABASE_URL", "SECRET_KEY"])
def test_the_server_invents_no_secret(missing: str) -> None:
    given = {"DATABASE_URL": "postgis://x@/x", "SECRET_KEY": "x", missing: ""}
    done = run("bin/serve", **given)
    assert done.returncode == 1
    assert f"{missing} is not set" in done.stderr


def test_setup_says_what_to_do_when_the_given_database_does_not_answer() -> None:
    done = run("bin/setup", "--database", DATABASE_URL="postgis://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 1
    assert "DATABASE_URL does not answer" in done.stderr
    assert "what to do" in done.stderr


def test_setup_knows_its_package_groups() -> None:
    done = run("bin/setup", "--packages", "everything")
    assert done.returncode == 1
    assert "no package group 'everything'" in done.stderr


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_shell_scripts_pass_shellcheck() -> None:
    scripts = [str(path) for path in sorted((ROOT / "bin").iterdir())]
    done = run("shellcheck", *scripts, ".ci/run", "deploy/create-role.sh")
    assert done.returncode == 0, done.stdout


def test_every_command_says_how_it_is_used() -> None:
    manual = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "bin").iterdir()):
        assert path.suffix == ".sh" or f"`bin/{path.name}" in manual, path.name
