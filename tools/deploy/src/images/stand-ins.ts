/**
 * Images in the place of node:…-slim and debian:…-slim, for machines that reach no registry of images: Debian's packages,
 * unpacked, and the Node of package-lock.json.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Buildah } from './buildah';
import { runCommand } from '../run-command';

/** What the steps of our Dockerfiles call, and what Node is linked with. */
const PACKAGES = 'base-files,libc6,libstdc++6,dash,coreutils,findutils';
const SUITE = 'bookworm';
const NPM = 'npm@11';
/** A machine may reach the registry through a proxy of its own certificate: builds trust whom the machine trusts. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const dockerfile = (registry: string): string => `
FROM scratch AS base
ADD base.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

FROM base
COPY node /usr/local/bin/node
ADD npm.tgz /usr/local/lib/npm
COPY certificates.crt /etc/ssl/certificates.crt
RUN chmod 755 /usr/local/bin/node && ln -s ../lib/npm/package/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certificates.crt npm_config_registry=${registry} npm_config_update_notifier=false
`;

export interface StandIns {
  readonly NODE_IMAGE: string;
  readonly BASE_IMAGE: string;
}

/** @param folder for the files that they are made of */
export async function buildStandIns(
  buildah: Buildah,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<StandIns> {
  mkdirSync(folder, { recursive: true });
  const inFolder = (name: string) => path.join(folder, name);
  const npm = async (...args: readonly string[]) =>
    (await runCommand('npm', args, { env, cwd: folder })).trim();
  await Promise.all([
    runCommand('mmdebstrap', ['--variant=extract', `--include=${PACKAGES}`, SUITE, inFolder('base.tar')], {
      env,
    }),
    npm('pack', NPM, '--silent').then((file) => {
      copyFileSync(inFolder(file), inFolder('npm.tgz'));
    }),
  ]);
  copyFileSync(process.execPath, inFolder('node'));
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, inFolder('certificates.crt'));
  else writeFileSync(inFolder('certificates.crt'), '');
  writeFileSync(inFolder('Dockerfile'), dockerfile(await npm('config', 'get', 'registry')));
  const common = { context: folder, dockerfile: inFolder('Dockerfile') };
  const images = { BASE_IMAGE: 'localhost/base:stand-in', NODE_IMAGE: 'localhost/node:stand-in' };
  await buildah.build({ ...common, target: 'base', tag: images.BASE_IMAGE });
  await buildah.build({ ...common, tag: images.NODE_IMAGE });
  return images;
}
