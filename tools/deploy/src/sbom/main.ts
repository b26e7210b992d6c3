/** `npm run sbom`: writes the bill of materials of each service, dist/sbom/<service>.cdx.json. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '@bigdata/stack';
import { SERVICES } from '../services/describe-services';
import { toBill } from '../supply-chain/bill';
import { parseLockfile, shippedPackages } from '../supply-chain/lockfile';

const root = workspaceRoot();
const lockfile = parseLockfile(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const target = path.join(root, 'dist', 'sbom');
mkdirSync(target, { recursive: true });
for (const service of SERVICES) {
  const packages = shippedPackages(lockfile, [`apps/${service}`]);
  const version = lockfile.packages['']?.version ?? '';
  const file = path.join(target, `${service}.cdx.json`);
  writeFileSync(file, `${JSON.stringify(toBill({ name: service, version }, packages), null, 2)}\n`);
  process.stdout.write(`${path.relative(root, file)}: ${packages.length} packages\n`);
}
