/** docker-compose.yml and the Dockerfiles agree with each other and with what the services read. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describeServices, SERVICES } from './described-services';
import { ROOT } from './workspace';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: unknown;
}

const compose = parse(readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, ComposeService>>;
  networks: Readonly<Record<string, { internal?: boolean } | null>>;
};
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it.each(describeServices())('gives %s every setting that it requires', (service, settings) => {
    const required = settings.filter(({ fallback, optional }) => fallback === null && !optional);
    const given = Object.keys(compose.services[service]?.environment ?? {});
    expect(given).toEqual(expect.arrayContaining(required.map(({ env }) => env)));
  });

  it.each(describeServices())('gives %s no setting that it does not know', (service, settings) => {
    const known = settings.map(({ env }) => env);
    const given = Object.keys(compose.services[service]?.environment ?? {});
    expect(known).toEqual(expect.arrayContaining(given));
  });

  it('opens only the gateway to the outside', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['gateway']);
    expect(
      services.filter(([, { networks }]) => networks?.includes('outside')).map(([name]) => name),
    ).toEqual(['gateway']);
    expect(compose.networks['inside']?.internal).toBe(true);
  });

  it('gives a way out to the worker alone, which reads sources', () => {
    expect(
      services.filter(([, { networks }]) => networks?.includes('sources')).map(([name]) => name),
    ).toEqual(['ingest-worker']);
  });

  it('builds from Dockerfiles that exist, waits for services that exist, and pins every image', () => {
    for (const [name, { build, depends_on, image }] of services) {
      if (build) expect([name, existsSync(path.join(ROOT, build.dockerfile))]).toEqual([name, true]);
      for (const other of Object.keys(depends_on ?? {}))
        expect(Object.keys(compose.services)).toContain(other);
      if (!image.startsWith('bigdata-api/')) expect(image).toMatch(/:\d/);
    }
  });

  it('has a health check on every store', () => {
    for (const store of ['clickhouse', 'postgres', 'redis']) {
      expect([store, compose.services[store]?.healthcheck !== undefined]).toEqual([store, true]);
    }
  });
});

describe.each(SERVICES)('the image of %s', (service) => {
  const text = readFileSync(path.join(ROOT, 'deploy/docker', `${service}.Dockerfile`), 'utf8');

  it('copies only what is there, runs unprivileged and has a health check', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap((line) =>
      (line[1] ?? '').split(' ').slice(0, -1),
    );
    // What the bundler reads beside the sources.
    expect(copied).toEqual(
      expect.arrayContaining(['package-lock.json', 'tsconfig.base.json', 'apps', 'libs', 'tools']),
    );
    for (const file of copied) expect([file, existsSync(path.join(ROOT, file))]).toEqual([file, true]);
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^HEALTHCHECK /m);
    expect(text).toContain(`/src/dist/${service}`);
  });
});
