import { runService } from '@bigdata/platform';
import { startQueryService } from './app';
import { querySettings } from './config';

void runService('query-service', querySettings, startQueryService, {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
