/** package-lock.json: what it must hold, and what of it is shipped. */
import { z } from 'zod';

const dependenciesSchema = z.record(z.string(), z.string()).default({});

const lockedSchema = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().default(false),
  license: z.string().optional(),
  hasInstallScript: z.boolean().default(false),
  inBundle: z.boolean().default(false),
  dependencies: dependenciesSchema,
  optionalDependencies: dependenciesSchema,
});

const lockfileSchema = z.object({ packages: z.record(z.string(), lockedSchema) });

export type Lockfile = z.infer<typeof lockfileSchema>;
type Locked = Lockfile['packages'][string];

export const parseLockfile = (text: string): Lockfile => lockfileSchema.parse(JSON.parse(text));

/** True: its install script may run; false: somebody looked, and it need not. */
export type AllowedScripts = Readonly<Record<string, boolean>>;

export function findLockfileProblems({ packages }: Lockfile, allowedScripts: AllowedScripts): string[] {
  const foreign = Object.entries(packages).filter(([place, { link }]) => isForeign(place) && !link);
  const scripted = new Set(
    foreign.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => nameAt(place)),
  );
  return [
    ...foreign
      // A package that comes inside another is part of what that one's integrity covers.
      .filter(([, { integrity, inBundle }]) => integrity === undefined && !inBundle)
      .map(([place]) => `${place} has no integrity`),
    // Where packages come from is said by npm's configuration alone: any mirror may serve what has the right integrity.
    ...foreign
      .filter(([, { resolved }]) => resolved !== undefined)
      .map(([place, { resolved }]) => `${place} names where it came from: ${resolved ?? ''}`),
    ...[...scripted]
      .filter((name) => allowedScripts[name] === undefined)
      .map((name) => `${name} has an install script that allowScripts of package.json does not judge`),
    ...Object.keys(allowedScripts)
      .filter((name) => !scripted.has(name))
      .map((name) => `allowScripts judges ${name}, which has no install script`),
  ];
}

const isForeign = (place: string): boolean => place.includes('node_modules/');

/** The name of the package at a place such as `apps/gateway/node_modules/@scope/name`. */
export const nameAt = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

export interface ShippedPackage {
  /** Folder of it below the repository's root. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string | undefined;
  /** Hash of its content, as npm writes it. */
  readonly integrity: string | undefined;
  /** Not installed on every platform. */
  readonly optional: boolean;
}

/**
 * The packages of others that a project needs to run, with all that these need. Found as Node finds them: in the
 * nearest node_modules upwards.
 */
export function shippedPackages(
  { packages }: Lockfile,
  projects: readonly string[],
): readonly ShippedPackage[] {
  const found = new Map<string, boolean>();
  const visit = (place: string, optional: boolean): void => {
    const known = found.get(place);
    if (known === false || known === optional) return;
    found.set(place, optional);
    const { dependencies, optionalDependencies } = lockedAt(packages, place);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = resolve(packages, place, name);
      const mayMiss = optional || name in optionalDependencies;
      if (next !== undefined) visit(next, mayMiss);
      else if (!mayMiss) throw new Error(`${place} needs ${name}, which package-lock.json does not have`);
    }
  };
  for (const project of projects) visit(project, false);
  return [...found]
    .filter(([place]) => isForeign(place))
    .map(([place, optional]) => {
      const { version = '', license, integrity } = lockedAt(packages, place);
      return { place, name: nameAt(place), version, licence: license, integrity, optional };
    });
}

function lockedAt(packages: Lockfile['packages'], place: string): Locked {
  const locked = packages[place];
  if (!locked) throw new Error(`package-lock.json has no ${place}`);
  return locked;
}

/** A workspace is a link in node_modules, and its entry is that of its own folder. */
function resolve(packages: Lockfile['packages'], from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parentOf(folder)) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = packages[place];
    if (entry) return entry.link ? entry.resolved : place;
    if (folder === '') return undefined;
  }
}

/** `a/node_modules/b` lies in `a`; a project in the root. */
function parentOf(folder: string): string {
  const end = folder.lastIndexOf('/node_modules/');
  return end === -1 ? '' : folder.slice(0, end);
}
