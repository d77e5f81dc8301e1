# shellcheck shell=bash
# shellcheck disable=SC2034 # the commands that source this file use its variables
# What the commands in bin/ share: where things are, how a step speaks, which database is meant.
# Sourced, never run. After it: set -euo pipefail, and the working directory is the project's root.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
cd "$ROOT"

VAR="$ROOT/var"
STAMPS="$VAR/stamps"
TOOLS="$VAR/tools"
VENV_PYTHON="$ROOT/.venv/bin/python"

# Only the system's Python: an interpreter fetched by a tool is one nobody's updates reach.
export UV_PYTHON_DOWNLOADS=never
export UV_PYTHON_PREFERENCE=only-system
export UV_NO_PROGRESS=1

# ---- speech -------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }

# die WHAT WHAT-TO-DO…: one line for the failure, one for each thing that helps.
die() {
    printf 'FAILED: %s\n' "$1" >&2
    shift
    local hint
    for hint in "$@"; do printf '  what to do: %s\n' "$hint" >&2; done
    exit 1
}

# quietly LOG-NAME HINT COMMAND…: run it, keep its output in var/log, show that output only on failure.
quietly() {
    local log="$VAR/log/$1.log" hint="$2"
    shift 2
    mkdir -p "$VAR/log"
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        die "$*" "$hint" "the whole output is in $log"
    fi
}

# ---- stamps: a step is done again only when what it is made from has changed ---------------------

fingerprint() { cat -- "$@" | sha256sum | cut -d' ' -f1; }
stamped() { [[ -f "$STAMPS/$1" && "$(<"$STAMPS/$1")" == "$2" ]]; }
stamp() { mkdir -p "$STAMPS" && printf '%s\n' "$2" >"$STAMPS/$1"; }

# ---- which city, which database -----------------------------------------------------------------

city() {
    local name="${UMRAN_CITY:-demo}"
    [[ "$name" =~ ^[a-z][a-z0-9_]{0,40}$ ]] ||
        die "'$name' is not a city's name" "use the name of a file in data/cities/, such as demo"
    [[ -f "data/cities/$name.yaml" ]] ||
        die "there is no profile data/cities/$name.yaml" "use one of: $(basename -s .yaml -a data/cities/*.yaml | paste -sd' ')"
    printf '%s\n' "$name"
}

# shellcheck source=bin/cluster.sh
source "$ROOT/bin/cluster.sh"

# Sets DATABASE_URL to the city's database in the embedded cluster, unless the caller has set one.
# PGHOST and PGPORT are for psql, pg_dump and `bin/manage dbshell`.
use_database() {
    [[ -z "${DATABASE_URL:-}" ]] || return 0
    cluster_locate
    export PGHOST="$CLUSTER_SOCKETS" PGPORT="$CLUSTER_PORT"
    DATABASE_URL="postgis://umran@/umran_$(city)?host=$(url_quote "$CLUSTER_SOCKETS")&port=$CLUSTER_PORT"
    export DATABASE_URL
}

# Tells one database from another that later took its name; call after use_database and cluster_up.
database_identity() {
    if [[ -z "${PGHOST:-}" || "$DATABASE_URL" != "postgis://umran@/umran_$(city)?host="* ]]; then
        printf '%s' "$DATABASE_URL" | sha256sum | cut -d' ' -f1
        return
    fi
    cluster_exists
    cluster_psql -d postgres -At -c \
        "SELECT s.system_identifier, d.oid FROM pg_control_system() s, pg_database d WHERE d.datname = 'umran_$(city)'"
}

# What settings.py requires and this machine can decide by itself: a signing key of this checkout's
# own, random, readable by its owner only. Production sets SECRET_KEY itself.
use_private_settings() {
    [[ -z "${SECRET_KEY:-}" ]] || return 0
    local file="$VAR/secret_key"
    if [[ ! -s "$file" ]]; then
        mkdir -p "$VAR"
        (umask 077 && head -c 48 /dev/urandom | base64 -w 0 >"$file.$$" && mv "$file.$$" "$file")
    fi
    SECRET_KEY="$(<"$file")"
    export SECRET_KEY
}

# Percent-encodes everything but unreserved characters and "/".
url_quote() {
    local LC_ALL=C text="$1" out="" char i
    for ((i = 0; i < ${#text}; i++)); do
        char="${text:i:1}"
        case "$char" in
        [a-zA-Z0-9/._~-]) out+="$char" ;;
        *) out+="$(printf '%%%02X' "'$char")" ;;
        esac
    done
    printf '%s\n' "$out"
}

# One set-up at a time in one checkout: two commands started together must not race.
with_setup_lock() {
    mkdir -p "$VAR"
    exec 9>"$VAR/setup.lock"
    flock -w 900 9 || die "another set-up has held $VAR/setup.lock for 15 minutes" \
        "wait for it, or end it, then try again"
    "$@"
    exec 9>&-
}
