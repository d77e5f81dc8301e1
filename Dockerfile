# Umran in three images from one file: `build` (tools, thrown away), `app` (web server and worker),
# `web` (nginx with the static files). The steps are those of bin/setup, so a container and a
# plain machine are made the same way.

FROM debian:trixie-slim AS base
WORKDIR /srv/umran
ENV LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    UV_NO_DEV=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    NODE_ENV=production

FROM base AS build
COPY bin/ bin/
RUN bin/setup --packages runtime build
COPY pyproject.toml uv.lock ./
RUN bin/setup --python
COPY package.json package-lock.json .npmrc ./
RUN bin/setup --assets
COPY . .
# collectstatic reads neither the key nor the database; settings.py only insists that they are there.
RUN bin/setup --messages \
    && SECRET_KEY=not-used-by-collectstatic DATABASE_URL=postgis://nobody@/nothing \
        .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf var/tools var/log var/stamps var/setup.lock

FROM base AS app
COPY bin/ bin/
RUN bin/setup --packages runtime \
    && rm -rf /var/lib/apt/lists/* var \
    && useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin umran \
    && install --directory --owner umran /srv/umran/exports
COPY --from=build /srv/umran /srv/umran
# A new volume takes over the owner of the folder it is put on.
RUN mkdir -p var/rasters && chown umran: var/rasters
USER umran
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["/srv/umran/.venv/bin/python", "/srv/umran/deploy/healthcheck.py", "/healthz"]
CMD ["bin/serve", "--host", "0.0.0.0", "--port", "8000"]

FROM debian:trixie-slim AS web
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nginx-light \
    && rm -rf /var/lib/apt/lists/*
COPY deploy/nginx.conf deploy/proxy.conf /etc/umran/
COPY --from=build /srv/umran/var/static /srv/umran/static
USER www-data
EXPOSE 8080 8443
HEALTHCHECK --interval=15s --timeout=5s --retries=4 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /nginx-health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3"]
CMD ["nginx", "-c", "/etc/umran/nginx.conf"]
