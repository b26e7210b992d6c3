import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runService } from '@bigdata/platform';
import { startIngestWorker } from './app';
import { settings } from './config';

const threadFile = path.join(__dirname, 'threads', 'thread-main.js');

// Where memory is plenty, V8 lets a heap grow to a multiple of what lives in it before it looks. Rows lie outside the heap,
// little is thrown away in it, and looking earlier costs next to nothing.
setFlagsFromString('--heap-growing-percent=30');

void runService('ingest-worker', settings, (context) => startIngestWorker(context, { threadFile }), {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
