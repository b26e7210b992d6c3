// What every command of the root does first, on nothing but Node 20 and npm: packages as locked, Node 24 from
// them, a quiet sub-process. No dependencies: it runs before there are any.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const inRoot = (...parts) => path.join(root, ...parts);

const MIN_NODE_MAJOR = 24;

/** Installs the locked packages when they are missing or not those of package-lock.json. */
export async function ensureInstalled() {
  const reason = staleness();
  if (reason === null) return;
  await quietly(
    `Installing packages (${reason})`,
    'npm',
    ['ci', '--loglevel=error', '--no-fund', '--no-audit'],
    {
      env: process.env,
      advice: 'npm ci failed: check the network and the registry npm uses (npm config get registry).',
    },
  );
  const left = staleness();
  if (left !== null) throw new Failure(`npm ci ended well, but ${left}.`);
}

/** Why node_modules is not what package-lock.json says; null when it is. */
export function staleness() {
  const installedFile = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  return firstDifference(read(inRoot('package-lock.json')), read(installedFile));
}

/**
 * npm lists what it installed in node_modules/.package-lock.json. Optional packages of other platforms are
 * not in that list.
 */
export function firstDifference(locked, installed) {
  for (const [name, entry] of Object.entries(locked)) {
    if (name === '') continue;
    const found = installed[name];
    if (!found) {
      if (entry.optional || entry.peer) continue;
      return `${name} is not installed`;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${name} changed`;
  }
  const extra = Object.keys(installed).find((name) => !(name in locked));
  return extra === undefined ? null : `${extra} is no longer needed`;
}

/** The Node the code runs on: the one among the packages. */
export function nodeProgram() {
  const packaged = inRoot('node_modules', 'node', 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= MIN_NODE_MAJOR) return process.execPath;
  throw new Failure(
    `Node ${MIN_NODE_MAJOR} is missing among the packages: its install script did not run. ` +
      'Allow install scripts and run npm ci again, or use Node 24 yourself.',
  );
}

/** The environment of everything that runs on the packages. */
export function packagesEnv(extra = {}) {
  const { PATH = '' } = process.env;
  const bin = inRoot('node_modules', '.bin');
  const node = path.dirname(nodeProgram());
  return {
    ...process.env,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
    npm_config_loglevel: 'error',
    ...extra,
    PATH: [bin, node, ...PATH.split(path.delimiter).filter((folder) => folder !== bin)].join(path.delimiter),
  };
}

/** A failure that is told in one message, without a stack. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const running = new Set();

/** Ends the sub-processes of `quietly` and `openly`. */
export function endSubProcesses(signal) {
  for (const child of running) child.kill(signal);
}

/** Runs a program with one line of progress; its output is shown only when it fails. */
export async function quietly(title, command, args, { env = packagesEnv(), advice } = {}) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  const { stderr } = process;
  stderr.write(`${title} …${stderr.isTTY ? '' : '\n'}`);
  const timer = stderr.isTTY
    ? setInterval(() => stderr.write(`\r${title} … ${seconds()}`), 1_000)
    : undefined;
  const chunks = [];
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const { code, problem } = await endOf(child);
  clearInterval(timer);
  if (stderr.isTTY) stderr.write(`\r${title} … ${seconds()}\n`);
  if (code === 0) return;
  stderr.write(Buffer.concat(chunks));
  throw new Failure([`${title}: ${problem}.`, advice].filter(Boolean).join('\n'), code);
}

/** Runs a program on this terminal; gives its exit code. */
export async function openly(command, args, env = packagesEnv()) {
  const { code } = await endOf(spawn(command, args, { cwd: root, env, stdio: 'inherit' }));
  return code;
}

async function endOf(child) {
  running.add(child);
  return new Promise((resolve) => {
    const settle = (code, problem) => {
      running.delete(child);
      resolve({ code, problem });
    };
    child.once('error', (error) => settle(1, error.message));
    child.once('close', (code, signal) =>
      settle(code ?? 1, signal ? `killed by ${signal}` : `exit code ${code}`),
    );
  });
}

/** Runs the command; a failure ends the process with its message and code. */
export function runCommand(main) {
  main().then(
    (code) => process.exit(code),
    (error) => {
      process.stderr.write(`\n${error instanceof Failure ? error.message : error.stack}\n`);
      process.exit(error.exitCode || 1);
    },
  );
}
