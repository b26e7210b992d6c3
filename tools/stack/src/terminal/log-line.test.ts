import { toTerminalLine } from './log-line';

test.each([
  '{"level":"error","message":"no database"}',
  '{"level":"warn","message":"slow"}',
  '2026-11-23 02:57:20 UTC [7] FATAL:  the database system is starting up',
])('a warning or error is shown with the name of its process: %s', (line) => {
  expect(toTerminalLine('gateway', line, false)).toBe(`[gateway] ${line}`);
});

test.each(['{"level":"info","message":"ERROR rate is 0"}', 'LOG:  ready', '{"level":"debug"}'])(
  'anything less is shown only when verbose: %s',
  (line) => {
    expect(toTerminalLine('gateway', line, false)).toBeNull();
    expect(toTerminalLine('gateway', line, true)).toBe(`[gateway] ${line}`);
  },
);

test('an empty line is never shown', () => {
  expect(toTerminalLine('gateway', '  ', true)).toBeNull();
});
