# Built from the repository's root: docker build -f deploy/docker/ingest-worker.Dockerfile .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY apps ./apps
COPY libs ./libs
COPY tools ./tools
COPY e2e/package.json ./e2e/package.json
# Bundling needs no install script of any package.
RUN npm ci --ignore-scripts --loglevel=error && node tools/setup/bundle.mjs apps/ingest-worker

FROM node:24-bookworm-slim
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 INTERNAL_PORT=9090
# Rows live in buffers outside the heap: see docs/ingest-path.md, "Memory".
ENV MALLOC_ARENA_MAX=2 NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /app
COPY --from=build /src/dist/ingest-worker ./
USER node
EXPOSE 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["main.js"]
