import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Check, type DeployContext, judged, leftOut } from '../check';
import { SERVICES } from '../services/describe-services';
import { findLicenceProblems } from './licences';
import { findLockfileProblems, parseLockfile, type ShippedPackage, shippedPackages } from './lockfile';
import { findWorkflowProblems } from './workflow-rules';

const run = promisify(execFile);

const SHIPPED = SERVICES.map((service) => `apps/${service}`);
/** What an operator runs from the repository. */
const RUN_FROM_CLONE = ['tools/cli'];
const PUBLISHING_JOBS = ['publish', 'release'];

export function createSupplyChainChecks({ root, env }: DeployContext): readonly Check[] {
  const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8');
  const lockfile = () => parseLockfile(read('package-lock.json'));
  return [
    {
      name: 'lockfile',
      about: 'every package is locked by its content, and every install script was judged',
      run: () => {
        const { allowScripts } = z
          .object({ allowScripts: z.record(z.string(), z.boolean()) })
          .parse(JSON.parse(read('package.json')));
        const locked = lockfile();
        return Promise.resolve(
          judged(
            findLockfileProblems(locked, allowScripts),
            `${Object.keys(locked.packages).length} packages`,
          ),
        );
      },
    },
    {
      name: 'licences',
      about: 'what is shipped is under licences that allow it',
      run: () => {
        const packages = shippedPackages(lockfile(), [...SHIPPED, ...RUN_FROM_CLONE]).map((shipped) => ({
          ...shipped,
          licence: readLicence(root, shipped),
        }));
        return Promise.resolve(judged(findLicenceProblems(packages), `${packages.length} packages`));
      },
    },
    {
      name: 'audit',
      about: 'the registry knows of no vulnerability in what is shipped',
      run: async () => {
        const answer = await runAudit(root, env);
        if ('error' in answer) return leftOut(`this registry does not audit: ${answer.message}`);
        return judged(
          Object.values(answer.vulnerabilities).map(
            ({ name, severity, range }) => `${name} ${range}: ${severity}`,
          ),
        );
      },
    },
    {
      name: 'workflows',
      about: 'workflows name actions by commit and have no more rights than they need',
      run: () => {
        const folder = path.join('.github', 'workflows');
        return Promise.resolve(
          judged(
            readdirSync(path.join(root, folder)).flatMap((file) =>
              findWorkflowProblems(read(folder, file), PUBLISHING_JOBS).map(
                (problem) => `${file}: ${problem}`,
              ),
            ),
          ),
        );
      },
    },
  ];
}

/** What the package itself says; the lock, where the package is for another platform. */
function readLicence(root: string, { place, optional, licence }: ShippedPackage): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, place, 'package.json'), 'utf8'));
    return z.object({ license: z.string().optional() }).parse(manifest).license;
  } catch (error) {
    if (optional) return licence;
    throw error;
  }
}

const auditSchema = z.union([
  z.object({
    vulnerabilities: z.record(
      z.string(),
      z.object({ name: z.string(), severity: z.string(), range: z.string() }),
    ),
  }),
  z.object({ error: z.unknown(), message: z.string().default('no reason given') }),
]);

/** npm tells of vulnerabilities, and of a registry that has no audits, with an exit code. */
async function runAudit(root: string, env: NodeJS.ProcessEnv): Promise<z.infer<typeof auditSchema>> {
  const answer = await run('npm', ['audit', '--json', '--omit=dev'], {
    cwd: root,
    env,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
  return auditSchema.parse(JSON.parse(answer.stdout));
}
