import { runService } from '@bigdata/platform';
import { startApp } from './app';
import { settings } from './config';

void runService('admin-service', settings, startApp, {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
