# Built from the repository's root: docker build -f deploy/docker/admin-service.Dockerfile .
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
RUN node tools/setup/bundle.mjs apps/admin-service && install -d -o 10001 -g 10001 /image/inbox /image/backups && mv dist/admin-service /image/app \
  && cp deploy/docker/healthcheck.js /image/app/

FROM ${BASE_IMAGE}
ARG VERSION=local
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bigdata-api admin-service" \
  org.opencontainers.image.description="Users, keys, credits, logs, ingest jobs; owns PostgreSQL" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 HTTP_PORT=8080 INTERNAL_PORT=9090
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=bundle /image/app ./
# A new volume takes its owner from these.
COPY --from=bundle --chown=10001:10001 /image/inbox /inbox
COPY --from=bundle --chown=10001:10001 /image/backups /backups
USER 10001:10001
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "healthcheck.js"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["main.js"]
