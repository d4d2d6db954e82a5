# Home Miner Manager: one container, one port, one volume. The same command as on a bare machine.
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        --only-binary :all: -r requirements.txt \
    && cp requirements.txt .venv/requirements.txt
COPY . .
RUN .venv/bin/python -m compileall -q hmm_project miners pools energy strategy

FROM python:3.13-slim-bookworm
# PostgreSQL's initdb wants a user with a name; the default PUID gets one.
RUN groupadd --gid 1000 hmm && useradd --uid 1000 --gid 1000 --no-create-home --shell /usr/sbin/nologin hmm \
    && install -d -o hmm -g hmm /config
COPY --from=build /app /app
WORKDIR /app
ENV WEB_PORT=8080 TZ=Europe/London PUID=1000 PGID=1000 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /config
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["/app/.venv/bin/python", "-c", "import os, urllib.request as ask; ask.urlopen('http://127.0.0.1:%s/api/health' % os.environ['WEB_PORT'], timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/.venv/bin/python", "/app/manage.py"]
CMD ["up"]
