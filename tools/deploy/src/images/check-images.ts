import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Check, type DeployContext, judged, leftOut, type Outcome } from '../check';
import { type LaunchConfig, type LaunchImage, parseLaunchReports } from '../launch-image/launch-config';
import { describeServices, SERVICES } from '../services/describe-services';
import { type Buildah, openBuildah } from './buildah';
import { findImageProblems } from './image-rules';
import { missingPrerequisite } from './prerequisites';
import { readImage, sizeOf } from './read-image';
import { findReportProblems } from './report-rules';
import { runCommand } from '../run-command';
import { MAIN_JOB, runEndToEnd } from '../run-end-to-end';
import { buildStandIns, type StandIns } from './stand-ins';

/** Where npm keeps what it fetched, in the build: the machine's, so that what is there is not fetched again. */
const NPM_CACHE = '/root/.npm';
/** Not /tmp, which may be memory: builds take two gigabytes. */
const WORK_DIR = '/var/tmp';

export function createImagesCheck({ root, env, print }: DeployContext): Check {
  return {
    name: 'images',
    about: 'every image builds, brings nothing needless, and the main job runs out of them',
    run: async () => {
      const missing = missingPrerequisite(env);
      if (missing !== null) return leftOut(missing);
      const folder = mkdtempSync(path.join(WORK_DIR, 'bigdata-images-'));
      const buildah = await openBuildah(path.join(folder, 'buildah'), env);
      try {
        return await checkImages({ root, env, print, folder, buildah });
      } finally {
        await buildah.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

interface ImagesRun extends DeployContext {
  /** For what the check makes. */
  readonly folder: string;
  readonly buildah: Buildah;
}

async function checkImages(run: ImagesRun): Promise<Outcome> {
  const { root, env, print, folder, buildah } = run;
  print('images: stand-ins for the base images');
  const standIns = await buildStandIns(buildah, path.join(folder, 'stand-ins'), env);
  const images: Record<string, LaunchImage> = {};
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [service, settings] of describeServices(root)) {
    print(`images: building ${service}`);
    const tag = await buildService(run, standIns, service);
    const { config } = await buildah.inspect(tag);
    const mounted = await buildah.mount(tag);
    problems.push(
      ...findImageProblems(readImage(service, config, mounted, path.join(root, 'dist', service))),
    );
    const app = sizeOf(path.join(mounted, config.WorkingDir));
    notes.push(`${service}: ${megabytes(app)} over a base with node of ${megabytes(sizeOf(mounted) - app)}`);
    images[service] = {
      root: mounted,
      user: config.User,
      workdir: config.WorkingDir,
      env: config.Env,
      entrypoint: config.Entrypoint,
      settings: settings.map(({ env: name, secret }) => ({ env: name, secret })),
    };
  }
  problems.push(...(await buildTwice(run, standIns, 'gateway')));
  if (problems.length === 0) problems.push(...(await runMainJob(run, images)));
  return judged(problems, ...notes);
}

/** @returns its tag */
async function buildService(
  { root, env, buildah }: ImagesRun,
  standIns: StandIns,
  service: string,
  anew = false,
): Promise<string> {
  const tag = `localhost/${service}:${anew ? 'again' : 'check'}`;
  const cache = (await runCommand('npm', ['config', 'get', 'cache'], { env })).trim();
  mkdirSync(cache, { recursive: true });
  await buildah.build({
    context: root,
    dockerfile: path.join(root, 'deploy', 'docker', `${service}.Dockerfile`),
    tag,
    args: { ...standIns },
    volumes: { [NPM_CACHE]: cache },
    anew,
  });
  return tag;
}

/** The same sources give the same layers and settings, whenever they are built. An id also counts the builder's steps. */
async function buildTwice(run: ImagesRun, standIns: StandIns, service: string): Promise<readonly string[]> {
  run.print(`images: building ${service} again, from nothing`);
  const first = await run.buildah.inspect(`localhost/${service}:check`);
  const second = await run.buildah.inspect(await buildService(run, standIns, service, true));
  return isDeepStrictEqual(first, second) ? [] : [`${service}: two builds of the same sources differ`];
}

/** Migrations and services run out of the images; everything else is as in the suite. */
async function runMainJob(
  { root, env, print, folder }: ImagesRun,
  images: LaunchConfig['images'],
): Promise<readonly string[]> {
  print('images: the main job, on services that run out of the images');
  const reportFile = path.join(folder, 'reports.ndjson');
  const configFile = path.join(folder, 'launch.json');
  const config: LaunchConfig = { images, reportFile };
  writeFileSync(configFile, JSON.stringify(config));
  const problems = await runEndToEnd(root, MAIN_JOB, {
    ...env,
    BIGDATA_LAUNCHER: path.join(root, 'dist', 'deploy', 'launch-image', 'main.js'),
    BIGDATA_IMAGES: configFile,
  });
  if (problems.length > 0) return problems;
  const reports = existsSync(reportFile) ? parseLaunchReports(readFileSync(reportFile, 'utf8')) : [];
  return findReportProblems(SERVICES, reports);
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
