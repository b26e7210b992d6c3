import path from 'node:path';
import { runService } from '@bigdata/platform';
import { startIngestWorker } from './app';
import { settings } from './config';

const threadFile = path.join(__dirname, 'threads', 'thread-main.js');

void runService('ingest-worker', settings, (context) => startIngestWorker(context, { threadFile }), {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
