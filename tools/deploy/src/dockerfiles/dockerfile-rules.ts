/** What has to hold of the Dockerfiles, by their text. Each rule gives a line for whatever breaks it. */

export interface DockerfileFacts {
  /** Texts by service. */
  readonly dockerfiles: Readonly<Record<string, string>>;
  /** Of Node in package-lock.json. */
  readonly nodeVersion: string;
}

const LAST_SHARED_STAGE = 'FROM packages AS bundle';

export function findDockerfileProblems({ dockerfiles, nodeVersion }: DockerfileFacts): readonly string[] {
  const services = Object.entries(dockerfiles);
  const shared = new Set(services.map(([service, text]) => sharedStages(service, text)));
  return [
    ...(shared.size <= 1 ? [] : ['the stages before the bundle differ, so they are run once for each image']),
    ...services.flatMap(([service, text]) => problemsOf(service, text, nodeVersion)),
  ];
}

/** All up to the bundle, without the line that names the service. */
function sharedStages(service: string, text: string): string {
  const end = text.indexOf(LAST_SHARED_STAGE);
  return (end < 0 ? text : text.slice(0, end)).replaceAll(`${service}.Dockerfile`, '');
}

function problemsOf(service: string, text: string, nodeVersion: string): readonly string[] {
  const image = text.slice(text.lastIndexOf('\nFROM '));
  const expectations: readonly (readonly [string, RegExp])[] = [
    [`builds with Node ${nodeVersion}`, new RegExp(`^ARG NODE_IMAGE=node:${escaped(nodeVersion)}-`, 'm')],
    ['installs what is locked, without scripts', /^RUN npm ci --ignore-scripts --omit=dev /m],
    ['bundles its own service', new RegExp(`bundle\\.mjs apps/${service} `)],
    ['runs on the base that is asked for', /^\nFROM \$\{BASE_IMAGE\}\n/],
    ['runs as a user by number', /^USER [1-9]\d*:[1-9]\d*$/m],
    ['has a health check without a shell', /^HEALTHCHECK .*CMD \["node", "healthcheck\.js"\]$/m],
    ['starts without a shell', /^ENTRYPOINT \["node", .*\]\nCMD \["main\.js"\]$/m],
    ['is stopped by SIGTERM', /^STOPSIGNAL SIGTERM$/m],
  ];
  const problems = expectations
    .filter(([, pattern]) => !pattern.test(text) && !pattern.test(image))
    .map(([what]) => `${service}: it is not so that the image ${what}`);
  const installs = /^(RUN|ADD) /m.test(image)
    ? [`${service}: the image itself runs or fetches something`]
    : [];
  return [...problems, ...installs];
}

const escaped = (text: string): string => text.replaceAll('.', '\\.');
