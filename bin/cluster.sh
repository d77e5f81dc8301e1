# shellcheck shell=bash
# The embedded PostGIS cluster: a private PostgreSQL of this checkout, on a unix socket only.
# Sourced by bin/lib.sh. docs/decisions/0010-embedded-cluster.md says why it is made this way.

# Names the socket file; no TCP port is opened, so nothing on the machine can clash with it.
CLUSTER_PORT=5439
CLUSTER_EXTENSIONS=(postgis btree_gist pg_trgm unaccent fuzzystrmatch)
# Room in sockaddr_un (107 bytes) less "/.s.PGSQL.5439".
CLUSTER_SOCKETS_MAX=92

# Sets CLUSTER (its directory), CLUSTER_SOCKETS and, as root, CLUSTER_AS (the command prefix that becomes postgres).
cluster_locate() {
    CLUSTER="$VAR/pg"
    CLUSTER_AS=()
    local id
    id="$(printf '%s' "$ROOT" | sha256sum | cut -c1-12)"
    if ((EUID == 0)); then
        CLUSTER_AS=(setpriv --reuid=postgres --regid=postgres --init-groups --)
        if [[ -L "$CLUSTER" ]]; then
            CLUSTER="$(readlink "$CLUSTER")"
        elif [[ ! -d "$CLUSTER" ]] && id postgres >/dev/null 2>&1 && ! "${CLUSTER_AS[@]}" test -x "$ROOT"; then
            # A clone under /root: postgres may not walk through it.
            CLUSTER="/var/lib/umran/$id"
        fi
    fi
    CLUSTER_SOCKETS="$CLUSTER/run"
    if ((${#CLUSTER_SOCKETS} > CLUSTER_SOCKETS_MAX)); then
        if ((EUID == 0)); then CLUSTER_SOCKETS="/run/umran-$id"; else CLUSTER_SOCKETS="${XDG_RUNTIME_DIR:-/tmp}/umran-$EUID-$id"; fi
    fi
}

# The newest PostgreSQL here that has PostGIS, or the version of the data that exists already.
cluster_bin() {
    local version="" found
    if [[ -n "${1:-}" ]]; then
        version="$1"
    else
        for found in /usr/share/postgresql/*/extension/postgis.control; do
            [[ -f "$found" ]] || continue
            found="${found#/usr/share/postgresql/}"
            found="${found%%/*}"
            [[ -x "/usr/lib/postgresql/$found/bin/initdb" ]] || continue
            if [[ -z "$version" ]] || ((found > version)); then version="$found"; fi
        done
    fi
    [[ -n "$version" && -x "/usr/lib/postgresql/$version/bin/postgres" ]] || return 1
    printf '/usr/lib/postgresql/%s/bin\n' "$version"
}

cluster_psql() { "$CLUSTER_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$CLUSTER_SOCKETS" -p "$CLUSTER_PORT" -U postgres "$@"; }

cluster_answers() { "$CLUSTER_BIN/pg_isready" -q -h "$CLUSTER_SOCKETS" -p "$CLUSTER_PORT" -t 5; }

# 0 when the data directory exists; sets CLUSTER_BIN to the binaries that fit it.
cluster_exists() {
    [[ -f "$CLUSTER/data/PG_VERSION" ]] || return 1
    local version
    version="$(<"$CLUSTER/data/PG_VERSION")"
    CLUSTER_BIN="$(cluster_bin "$version")" ||
        die "the data in $CLUSTER is of PostgreSQL $version, which is no longer installed" \
            "install postgresql-$version and its PostGIS again, or upgrade the data with pg_upgrade"
}

cluster_private_dir() {
    local dir="$1" owner
    [[ -d "$dir" ]] || mkdir -m 0700 "$dir"
    if ((EUID == 0)); then chown postgres:postgres "$dir"; fi
    owner="$EUID"
    if ((EUID == 0)); then owner="$(id -u postgres)"; fi
    # Trust authentication leans on nobody else being able to enter: check, do not assume.
    [[ ! -L "$dir" && "$(stat -c '%u' "$dir")" == "$owner" ]] ||
        die "$dir belongs to somebody else" "remove it, or move the checkout to a directory of yours"
    chmod 0700 "$dir"
}

cluster_link() { mkdir -p "$VAR" && ln -sfn "$CLUSTER" "$VAR/pg"; }

cluster_create() {
    if ((EUID != 0)) && [[ -e "$VAR/pg" && ! -x "$VAR/pg" ]]; then
        die "$VAR/pg belongs to another user" "run the commands as that user, or clone the project again as yourself"
    fi
    CLUSTER_BIN="$(cluster_bin)" ||
        die "no PostgreSQL with PostGIS under /usr/lib/postgresql" "run bin/setup --packages runtime cluster"
    step "Creating the embedded PostGIS cluster in $CLUSTER"
    mkdir -p "$VAR"
    if [[ "$CLUSTER" != "$VAR/pg" ]]; then
        install -d -m 0755 "$(dirname "$CLUSTER")"
        cluster_link
    fi
    cluster_private_dir "$CLUSTER"
    # initdb ran but was cut short: there is no PG_VERSION, so nothing of worth is in it.
    rm -rf "$CLUSTER/data"
    (cd / && quietly initdb "check that $CLUSTER is writable and the disk is not full" \
        "${CLUSTER_AS[@]}" "$CLUSTER_BIN/initdb" --pgdata="$CLUSTER/data" --data-checksums \
        --encoding=UTF8 --locale=C.UTF-8 --auth=trust --username=postgres)
    cat >>"$CLUSTER/data/postgresql.conf" <<CONF

# Umran's embedded cluster (bin/cluster.sh)
listen_addresses = ''
port = $CLUSTER_PORT
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
synchronous_commit = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
CONF
}

# Extensions go to template1, so that every database (tests included) has them and no role of the
# application needs to be a superuser.
cluster_prepare_template() {
    local extension
    for extension in "${CLUSTER_EXTENSIONS[@]}"; do
        printf 'CREATE EXTENSION IF NOT EXISTS %s;\n' "$extension"
    done | PGOPTIONS='-c client_min_messages=warning' cluster_psql -d template1 ||
        die "the extensions could not be made in the cluster" "read $CLUSTER/log"
    cluster_psql -d postgres <<'SQL'
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'umran') THEN
        CREATE ROLE umran LOGIN CREATEDB NOSUPERUSER NOCREATEROLE;
    END IF;
END $$;
SQL
    printf 'prepared\n' >"$CLUSTER/prepared"
}

# Creates, starts and prepares the cluster as far as it is not; quick when there is nothing to do.
cluster_up() {
    cluster_locate
    if ! cluster_exists; then
        cluster_create
    elif [[ "$CLUSTER" != "$VAR/pg" && ! -L "$VAR/pg" ]]; then
        say "Using the cluster that an earlier checkout at this place left in $CLUSTER"
        cluster_link
    fi
    if ! cluster_answers; then
        step "Starting the embedded PostGIS cluster"
        cluster_private_dir "$CLUSTER_SOCKETS"
        # 9>&-: the server must not inherit the set-up lock.
        if ! (cd / && "${CLUSTER_AS[@]}" "$CLUSTER_BIN/pg_ctl" start -w -t 120 -s -D "$CLUSTER/data" \
            -l "$CLUSTER/log" -o "-c unix_socket_directories='$CLUSTER_SOCKETS'" </dev/null 9>&-); then
            tail -n 15 "$CLUSTER/log" >&2
            die "the embedded PostgreSQL did not start" "its log is $CLUSTER/log"
        fi
    fi
    [[ -f "$CLUSTER/prepared" ]] || cluster_prepare_template
}

cluster_ensure_database() {
    local name="$1"
    [[ "$(cluster_psql -d postgres -At -c "SELECT 1 FROM pg_database WHERE datname = '$name'")" == 1 ]] && return
    step "Creating the database $name"
    cluster_psql -d postgres -c "CREATE DATABASE \"$name\" OWNER umran"
}

cluster_stop() {
    cluster_locate
    if ! cluster_exists; then
        say "There is no embedded cluster."
    elif ! (cd / && "${CLUSTER_AS[@]}" "$CLUSTER_BIN/pg_ctl" status -D "$CLUSTER/data" >/dev/null 2>&1); then
        say "The embedded cluster is not running."
    else
        step "Stopping the embedded PostGIS cluster"
        (cd / && "${CLUSTER_AS[@]}" "$CLUSTER_BIN/pg_ctl" stop -m fast -w -t 120 -s -D "$CLUSTER/data") ||
            die "the cluster did not stop" "its log is $CLUSTER/log"
    fi
}

cluster_status() {
    cluster_locate
    if ! cluster_exists; then
        say "embedded cluster: none ($CLUSTER)"
        return 1
    fi
    local state=stopped
    if cluster_answers; then state=running; fi
    say "embedded cluster: $state ($CLUSTER, PostgreSQL $(<"$CLUSTER/data/PG_VERSION"), socket directory $CLUSTER_SOCKETS)"
    if [[ "$state" == running ]]; then
        say "databases: $(cluster_psql -d postgres -At -c "SELECT coalesce(string_agg(datname, ', ' ORDER BY datname), 'none') FROM pg_database WHERE datname LIKE 'umran%'")"
    fi
    [[ "$state" == running ]]
}
