import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ProcessRegistry, startChild } from './child';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'child-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const start = (command: string, args: readonly string[], registry: ProcessRegistry, input?: string) =>
  startChild({
    ...{ name: 'test', command, args, env: { PATH: '/usr/bin:/bin' }, cwd: folder, registry },
    ...{ logFile: path.join(folder, 'log'), ...(input === undefined ? {} : { input }) },
  });

const registry = (add: (pid: number) => void): ProcessRegistry => ({
  isClosed: () => false,
  add: ({ pid }) => add(pid),
  remove: () => undefined,
});

test('a program does not run before its process is registered', async () => {
  const marker = path.join(folder, 'ran');
  let [registered, ranBefore] = [0, true];
  const child = await start(
    'touch',
    [marker],
    registry((pid) => {
      const until = performance.now() + 300;
      while (performance.now() < until);
      [registered, ranBefore] = [pid, existsSync(marker)];
    }),
  );
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect([registered, ranBefore, existsSync(marker)]).toEqual([child.pid, false, true]);
});

test('it gets its arguments and its input whole, and without any an empty one', async () => {
  const none = registry(() => undefined);
  const given = await start('cat', ['-', '-'], none, 'a line\n$HOME "x"\n');
  expect(await given.exited).toEqual({ code: 0, signal: null });
  const empty = await start('sh', ['-c', 'cat; printf "%s|" "$@"', 'sh', '*', 'two words', '$HOME'], none);
  expect(await empty.exited).toEqual({ code: 0, signal: null });
  expect(readFileSync(given.logFile, 'utf8')).toBe('a line\n$HOME "x"\n*|two words|$HOME|');
});

test('a program that is not there says so in its log', async () => {
  const child = await start(
    'no-such-program',
    [],
    registry(() => undefined),
  );
  expect(await child.exited).toEqual({ code: 127, signal: null });
  expect(readFileSync(child.logFile, 'utf8')).toContain('no-such-program');
});
