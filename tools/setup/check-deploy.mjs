// `npm run check:deploy -- [--only NAME]`: installs, builds, and checks what deploys the product.
import { runTool } from './run-tool.mjs';

runTool('deploy/main.js');
