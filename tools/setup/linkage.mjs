// `npm run linkage`: installs, builds, and measures the dedupe key on the record-linkage sets of BIGDATA_CORPUS.
import { runTool } from './run-tool.mjs';

runTool('ingest-worker/linkage/main.js');
