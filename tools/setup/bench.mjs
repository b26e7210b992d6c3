// `npm run bench -- <name> [--rows N] [--json]`: installs, builds, and runs one benchmark on this terminal.
import { runTool } from './run-tool.mjs';

runTool('bench/main.js');
