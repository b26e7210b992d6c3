/** Which Secrets deploy/k8s/secrets.sh makes out of what make-secrets makes, and with which keys. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type DeployContext } from '../check';

const run = promisify(execFile);

const secretSchema = z.object({
  kind: z.literal('Secret'),
  metadata: z.object({ name: z.string() }),
  data: z.record(z.string(), z.string()),
});

/** Of a repository whose services are built. */
export async function readSecrets(
  kubectl: string,
  { root, env }: Pick<DeployContext, 'root' | 'env'>,
): Promise<Record<string, readonly string[]>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigdata-secrets-'));
  try {
    await run(process.execPath, [path.join(root, 'dist', 'admin-service', 'make-secrets.js'), folder]);
    const { stdout } = await run(path.join(root, 'deploy', 'k8s', 'secrets.sh'), [folder], {
      env: { ...env, KUBECTL: kubectl },
    });
    const secrets = parseAllDocuments(stdout)
      .map((document) => document.toJS() as unknown)
      .filter((document) => document !== null)
      .map((document) => secretSchema.parse(document));
    return Object.fromEntries(secrets.map(({ metadata, data }) => [metadata.name, Object.keys(data)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
