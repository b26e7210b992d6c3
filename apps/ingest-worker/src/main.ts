import { runService } from '@bigdata/platform';
import { start } from './app';
import { settings } from './config';

void runService('ingest-worker', settings, start, {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
