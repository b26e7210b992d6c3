import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Check, type DeployContext, judged } from '../check';
import { SERVICES } from '../services/describe-services';
import { type DockerfileFacts, findDockerfileProblems } from './dockerfile-rules';

const lockSchema = z.object({
  packages: z.object({ 'node_modules/node': z.object({ version: z.string() }) }),
});

export function createDockerfilesCheck({ root }: Pick<DeployContext, 'root'>): Check {
  return {
    name: 'dockerfiles',
    about: 'every Dockerfile shares its build with the others and ends in a bare, unprivileged image',
    run: async () => Promise.resolve(judged(findDockerfileProblems(readDockerfileFacts(root)))),
  };
}

export function readDockerfileFacts(root: string): DockerfileFacts {
  const read = (...names: readonly string[]) => readFileSync(path.join(root, ...names), 'utf8');
  const lock = lockSchema.parse(JSON.parse(read('package-lock.json')));
  return {
    dockerfiles: Object.fromEntries(
      SERVICES.map((service) => [service, read('deploy', 'docker', `${service}.Dockerfile`)]),
    ),
    nodeVersion: lock.packages['node_modules/node'].version,
  };
}
