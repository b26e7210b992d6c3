// `npm test`: installs, then runs everything CI runs, in order, and ends at the first thing that fails.
// The last line of a run that got as far as the tests is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onParentGone } from './parents.mjs';
import {
  Failure,
  endSubProcesses,
  ensureInstalled,
  nodeProgram,
  openly,
  packagesEnv,
  root,
  runCommand,
} from './workspace.mjs';

const CHECKS = 'tools/checks';
const projects = ['apps', 'libs', 'tools']
  .flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`))
  .filter((folder) => folder !== CHECKS && existsSync(path.join(root, folder, 'jest.config.cjs')));

/** Building the images takes minutes: `npm run check:deploy` does that too. */
const DEPLOYMENT = [
  'compose',
  'dockerfiles',
  'lockfile',
  'licences',
  'workflows',
  'kubernetes',
  'kubernetes-schemas',
].flatMap((name) => ['--only', name]);

/** Of tests. An end-to-end file has a whole stack of its own, which waits more than it works. */
const FILES_AT_ONCE = 2;

const total = { passed: 0, failed: 0 };
let servers = null;
let interrupted = false;

/** What is running is ended; the step that fails of it then stops the servers and tells the total. */
function interrupt() {
  interrupted = true;
  endSubProcesses('SIGTERM');
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
onParentGone(interrupt);

runCommand(async () => {
  await ensureInstalled();
  const results = mkdtempSync(path.join(tmpdir(), 'bigdata-test-results-'));
  try {
    await step('format', () => run('prettier', ['--check', '--log-level=warn', '.']));
    await step('lint', () => nx('lint'));
    await step('typecheck', () => nx('typecheck'));
    await step('build', () => nx('build'));
    await step('unit tests', () => jest(results, 'unit', projects, ['--selectProjects', 'unit']));
    await step('real servers', async () => {
      servers = await startServers();
    });
    await step('integration tests', () =>
      jest(results, 'integration', projects, ['--selectProjects', 'integration']),
    );
    await step('end-to-end tests', () => jest(results, 'e2e', ['e2e'], []));
    await step('checks of the repository', () => jest(results, 'checks', [CHECKS], []));
    // What this machine cannot check is left out, aloud: that is no failure.
    await step('checks of the deployment', () => run('node', ['dist/deploy/main.js', ...DEPLOYMENT]));
    return 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Failure ? error.message : error.stack}\n`);
    return error.exitCode || 1;
  } finally {
    await servers?.stop();
    rmSync(results, { recursive: true, force: true });
    process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  }
});

async function step(title, work) {
  if (interrupted) throw new Failure('Interrupted.', 130);
  process.stdout.write(`\n━━ ${title}\n`);
  const startedAt = Date.now();
  try {
    await work();
  } catch (error) {
    error.message = `${title} failed after ${secondsSince(startedAt)}. ${error.message}`;
    throw error;
  }
  process.stdout.write(`━━ ${title}: ok in ${secondsSince(startedAt)}\n`);
}

const secondsSince = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;

async function run(command, args, env = packagesEnv()) {
  const code = await openly(command, args, env);
  if (code !== 0) throw new Failure(`${command} ended with exit code ${code}.`, code);
}

const nx = (target) => run('nx', ['run-many', '-t', target, '--parallel=2', '--output-style=static']);

/** Counts from jest's own results, so that a run that tested nothing, or left a test out, is a failure. */
async function jest(results, name, folders, args) {
  const outputFile = path.join(results, `${name}.json`);
  const env = packagesEnv({
    BIGDATA_TEST_PROJECTS: folders.join(' '),
    ...(servers ? { BIGDATA_TEST_SERVERS: JSON.stringify(servers.urls) } : {}),
  });
  const config = path.join(root, 'tools', 'setup', 'jest.all.cjs');
  const code = await openly(
    'jest',
    ['-c', config, `--maxWorkers=${FILES_AT_ONCE}`, '--json', `--outputFile=${outputFile}`, ...args],
    env,
  );
  const counts = readCounts(outputFile);
  if (counts) {
    total.passed += counts.numPassedTests;
    total.failed += counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  }
  if (code !== 0 || !counts?.success) throw new Failure(`jest ended with exit code ${code}.`, code || 1);
  if (counts.numTotalTests === 0) throw new Failure('No test was found: that is a failure.');
  const left = counts.numPendingTests + counts.numTodoTests;
  if (left > 0) throw new Failure(`${left} tests were skipped: a test runs or is removed.`);
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // jest broke before it had results
  }
}

/** Starts ClickHouse, PostgreSQL and Redis once for all tests; they end when their stdin is closed. */
async function startServers() {
  const script = path.join(root, 'dist', 'stack', 'temporary-servers', 'main.js');
  const child = spawn(nodeProgram(), [script], {
    cwd: root,
    env: packagesEnv(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const firstLine = new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const line = await Promise.race([firstLine, exited.then(() => null)]);
  if (line === null) throw new Failure('The servers for the tests did not start.');
  return {
    urls: JSON.parse(line),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
