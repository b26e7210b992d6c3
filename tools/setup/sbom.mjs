// `npm run sbom`: installs, builds, and writes the bill of materials of each service.
import { runTool } from './run-tool.mjs';

runTool('deploy/sbom/main.js');
