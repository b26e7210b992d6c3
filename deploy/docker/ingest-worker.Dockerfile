# Built from the repository's root: docker build -f deploy/docker/ingest-worker.Dockerfile .
# The first two stages are the same in every Dockerfile here, so that all images share them. See docs/deploy.md.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

# Changes with the lockfile alone. Bundling needs no install script, and of what serves development esbuild alone.
FROM ${NODE_IMAGE} AS packages
WORKDIR /src
COPY --from=manifests /src ./
RUN npm ci --ignore-scripts --omit=dev --loglevel=error --include-workspace-root \
  --workspace=apps/gateway --workspace=apps/query-service --workspace=apps/admin-service --workspace=apps/ingest-worker

FROM packages AS bundle
COPY . .
RUN node tools/setup/bundle.mjs apps/ingest-worker && install -d -o 10001 -g 10001 /image/inbox /image/backups && mv dist/ingest-worker /image/app \
  && cp deploy/docker/healthcheck.js /image/app/

FROM ${BASE_IMAGE}
ARG VERSION=local
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bigdata-api ingest-worker" \
  org.opencontainers.image.description="Loads files: reads, maps, normalises, keys; owns writing ClickHouse" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 INTERNAL_PORT=9090
# Rows live in buffers outside the heap: see docs/ingest-path.md, "Memory".
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 \
    NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=320"
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=bundle /image/app ./
# A new volume takes its owner from these.
COPY --from=bundle --chown=10001:10001 /image/inbox /inbox
COPY --from=bundle --chown=10001:10001 /image/backups /backups
USER 10001:10001
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "healthcheck.js"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["main.js"]
