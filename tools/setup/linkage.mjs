// `npm run linkage`: installs, builds, and measures the dedupe key on the record-linkage sets of BIGDATA_CORPUS.
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, nodeProgram, openly, root, runCommand } from './workspace.mjs';

runCommand(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const script = path.join(root, 'dist', 'ingest-worker', 'linkage', 'main.js');
  return openly(nodeProgram(), [script, ...process.argv.slice(2)]);
});
