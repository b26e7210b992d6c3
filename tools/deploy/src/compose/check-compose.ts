import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Check, type DeployContext, judged } from '../check';
import { describeServices } from '../services/describe-services';
import { parseComposeFile } from './compose-file';
import { type ComposeFacts, findComposeProblems } from './compose-rules';

const DOCKERFILES = 'deploy/docker';

export function createComposeCheck({ root }: Pick<DeployContext, 'root'>): Check {
  return {
    name: 'compose',
    about: 'docker-compose.yml isolates, limits and configures every service as it should',
    run: async () => {
      const facts = readComposeFacts(root);
      const { services, secrets } = facts.compose;
      return Promise.resolve(
        judged(
          findComposeProblems(facts),
          `${Object.keys(services).length} services, ${Object.keys(secrets).length} secrets`,
        ),
      );
    },
  };
}

/** @param root of the repository, whose services are built */
export function readComposeFacts(root: string): ComposeFacts {
  return {
    compose: parseComposeFile(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')),
    described: describeServices(root),
    madeSecrets: makeSecrets(root),
    dockerfiles: readdirSync(path.join(root, DOCKERFILES)).map((name) => `${DOCKERFILES}/${name}`),
  };
}

/** The names of what make-secrets makes in an empty folder. */
function makeSecrets(root: string): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-secrets-'));
  try {
    const script = path.join(root, 'dist', 'admin-service', 'make-secrets.js');
    execFileSync(process.execPath, [script, folder], { stdio: 'ignore' });
    return readdirSync(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
