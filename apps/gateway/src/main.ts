import { runService } from '@bigdata/platform';
import { startGateway } from './app';
import { gatewaySettings } from './config';

void runService('gateway', gatewaySettings, startGateway, {
  env: process.env,
  folder: process.cwd(),
  exit: (code) => process.exit(code),
});
