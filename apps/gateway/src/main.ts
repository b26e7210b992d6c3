import { runService } from '@bigdata/platform';
import { startGateway } from './app';
import { gatewaySettings } from './config';

void runService('gateway', gatewaySettings, startGateway, {
  args: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
