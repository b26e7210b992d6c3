import cluster from 'node:cluster';
import { runService } from '@bigdata/platform';
import { GATEWAY_DEPENDENCIES, startGateway } from './app';
import { gatewaySettings } from './config';
import { startProcesses } from './processes/start-processes';

void runService(
  'gateway',
  gatewaySettings,
  (context) =>
    startProcesses(context, {
      cluster,
      parent: process,
      startHere: startGateway,
      dependencies: GATEWAY_DEPENDENCIES,
    }),
  {
    args: process.argv.slice(2),
    env: process.env,
    folder: process.cwd(),
    exit: (code) => process.exit(code),
  },
);
