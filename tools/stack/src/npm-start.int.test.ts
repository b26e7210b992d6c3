import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeFakeDist } from './fixtures/fake-dist';
import { processesOf, until } from './fixtures/processes';
import { type StackRun, runCommand } from './fixtures/stack-run';
import { workspaceRoot } from './workspace';

// tools/setup/start.mjs in a small repository of its own that is installed and built already.

let folder: string;
let run: StackRun | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stack-npm-'));
  run = undefined;
  const copy = (name: string) => {
    cpSync(path.join(workspaceRoot(), name), path.join(folder, name), { recursive: true });
  };
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const file of ['nx.json', 'tsconfig.base.json', 'dist/stack/main.js', 'tools/setup']) copy(file);
  for (const file of ['watchdog.ts', 'process-identity.ts']) copy(`tools/stack/src/process/${file}`);
  for (const group of ['apps', 'libs', 'node_modules/node/bin'])
    mkdirSync(path.join(folder, group), { recursive: true });
  symlinkSync(process.execPath, path.join(folder, 'node_modules/node/bin/node'));
  const packages = { 'node_modules/left-pad': { version: '1.3.0', integrity: 'sha512-a' } };
  write('package-lock.json', JSON.stringify({ packages }));
  write('node_modules/.package-lock.json', JSON.stringify({ packages }));
  makeFakeDist(path.join(folder, 'dist'));
  write('dist/.built-at', '');
});

afterEach(async () => {
  run?.child.kill('SIGTERM');
  await run?.exit;
  await noProcessLeft();
  rmSync(folder, { recursive: true, force: true });
});

const noProcessLeft = () =>
  until(
    () => processesOf(folder).length === 0,
    () => `left: ${processesOf(folder).join(' ')}`,
  );

async function startLikeNpm(): Promise<StackRun> {
  const command = `${process.execPath} ${path.join(folder, 'tools/setup/start.mjs')} --no-sample`;
  run = runCommand([process.execPath, path.join(__dirname, 'fixtures/fake-npm.cjs'), command], {
    home: path.join(folder, 'home'),
    env: {
      PATH: '/usr/bin:/bin',
      GATEWAY_PORT: '0',
      DATABASE_URL: 'postgres://not.asked',
      REDIS_URL: 'redis://not.asked',
      FAKE_TRACE: path.join(folder, 'trace'),
    },
  });
  await run.ready();
  return run;
}

/** The process whose command line holds the text. */
function processWith(text: string): number {
  const found = processesOf(folder).find((pid) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.some((word) => word.endsWith(text));
  });
  if (found === undefined) throw new Error(`no process of ${text}`);
  return found;
}

const shellOf = (pid: number) =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const trace = () => readFileSync(path.join(folder, 'trace'), 'utf8').trim().split('\n');

test('Ctrl-C, as npm hands it on, stops everything in order and ends with 0', async () => {
  const { child, exit } = await startLikeNpm();
  process.kill(processWith('tools/setup/start.mjs'), 'SIGINT');
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(trace().slice(-4)).toEqual([
    'stop gateway',
    'stop ingest-worker',
    'stop query-service',
    'stop admin-service',
  ]);
  expect(child.exitCode).toBe(0);
});

test.each([
  ['npm', () => run?.child.pid ?? 0],
  ['the shell between npm and the script', () => shellOf(processWith('tools/setup/start.mjs'))],
  ['the script', () => processWith('tools/setup/start.mjs')],
  ['the supervisor', () => processWith('dist/stack/main.js')],
])('a kill -9 of %s leaves no process', async (_who, find) => {
  await startLikeNpm();
  process.kill(find(), 'SIGKILL');
  await noProcessLeft();
  expect(trace()).toContain('stop admin-service');
});

test('the script ends with the exit code of the stack', async () => {
  const { exit } = await startLikeNpm();
  process.kill(processWith('gateway/main.js'), 'SIGKILL');
  expect(await exit).toEqual({ code: 1, signal: null });
});

describe('what is installed', () => {
  const stalenessWith = async (locked: object, installed: object): Promise<string> => {
    const module = path.join(workspaceRoot(), 'tools/setup/workspace.mjs');
    const code = `import { firstDifference } from ${JSON.stringify(module)};
      console.log(firstDifference(${JSON.stringify(locked)}, ${JSON.stringify(installed)}));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
    return stdout.trim();
  };
  const pkg = { version: '1.0.0', integrity: 'sha512-a' };

  test('is what is locked, whatever is optional and of another platform', async () => {
    expect(await stalenessWith({ '': {}, a: pkg, b: { ...pkg, optional: true } }, { a: pkg })).toBe('null');
  });

  test.each([
    ['a package is missing', { a: pkg, b: pkg }, { a: pkg }, 'b is not installed'],
    ['a version changed', { a: { ...pkg, version: '2.0.0' } }, { a: pkg }, 'a changed'],
    ['the content changed', { a: { ...pkg, integrity: 'sha512-b' } }, { a: pkg }, 'a changed'],
    ['a package is no longer wanted', {}, { a: pkg }, 'a is no longer needed'],
  ])('is stale when %s', async (_what, locked, installed, told) => {
    expect(await stalenessWith(locked, installed)).toBe(told);
  });
});
