import { runService } from '@bigdata/platform';
import { start } from './app';
import { settings } from './config';

void runService('ingest-worker', settings, start, {
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
