/** What has to hold of a built image. Each rule gives a line for whatever breaks it. */
import { type ImageConfig } from './buildah';

export interface BuiltImage {
  readonly service: string;
  readonly config: ImageConfig;
  /** Hashes of the files in /app by their path there. */
  readonly app: Readonly<Record<string, string>>;
  /** The same of what this machine bundled, in another folder and at another time. */
  readonly bundle: Readonly<Record<string, string>>;
  /** Programs that are in the image though the service does not run them. */
  readonly needless: readonly string[];
  /** Owner of the folder that becomes the volume of uploads; null: there is none. */
  readonly inboxOwner: string | null;
}

const LABELS = ['title', 'description', 'licenses', 'version', 'revision'].map(
  (name) => `org.opencontainers.image.${name}`,
);
const WITH_INBOX = ['admin-service', 'ingest-worker'];
/** Laid beside the bundle by the Dockerfile. */
const BESIDE_BUNDLE = ['healthcheck.js'];

export function findImageProblems(image: BuiltImage): readonly string[] {
  const { service, config, needless, inboxOwner } = image;
  const expectations: readonly (readonly [string, boolean])[] = [
    ['runs as a user by number that is not root', /^[1-9]\d*:[1-9]\d*$/.test(config.User)],
    ['starts node itself, with main.js', config.Entrypoint[0] === 'node' && config.Cmd.join() === 'main.js'],
    ['is stopped by SIGTERM', config.StopSignal === 'SIGTERM'],
    ['has a health check without a shell', config.Healthcheck?.Test[0] === 'CMD'],
    ['runs as production', config.Env.includes('NODE_ENV=production')],
    ['has every label', LABELS.every((label) => (config.Labels[label] ?? '') !== '')],
    ['gives the inbox to its user', !WITH_INBOX.includes(service) || inboxOwner === config.User],
    ['brings nothing that is not run', needless.length === 0],
  ];
  return [
    ...expectations
      .filter(([, holds]) => !holds)
      .map(([what]) => `${service}: it is not so that the image ${what}`),
    ...needless.map((program) => `${service}: ${program} is in the image`),
    ...differences(image),
  ];
}

function differences({ service, app, bundle }: BuiltImage): readonly string[] {
  const names = [...new Set([...Object.keys(app), ...Object.keys(bundle)])];
  return names
    .filter((name) => !BESIDE_BUNDLE.includes(name) && app[name] !== bundle[name])
    .map((name) => {
      if (bundle[name] === undefined) return `${service}: /app/${name} is in no bundle`;
      if (app[name] === undefined) return `${service}: /app/${name} is missing`;
      return `${service}: /app/${name} is not, byte for byte, what this machine bundles`;
    });
}
