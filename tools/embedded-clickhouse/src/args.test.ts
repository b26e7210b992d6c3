import { parseServerArgs, UsageError } from './args';

const noFile = () => {
  throw new Error('ENOENT');
};

test('a directory is all that is needed', () => {
  expect(parseServerArgs(['--dir', 'd'], {}, noFile)).toMatchObject({
    directory: 'd',
    host: '127.0.0.1',
    port: 0,
    user: 'default',
    password: '',
    sessions: 8,
    shards: 1,
    keeper: null,
    replica: '1',
  });
});

test('the password comes from the file, else from the environment; one line feed at its end is dropped', () => {
  const env = { CLICKHOUSE_PASSWORD: 'from env' };
  expect(parseServerArgs(['--dir', 'd'], env, noFile).password).toBe('from env');
  expect(parseServerArgs(['--dir', 'd', '--password-file', 'f'], env, () => 'from file \n').password).toBe(
    'from file ',
  );
});

test.each([
  [[]],
  [['--dir', '']],
  [['--dir', 'd', '--port', '65536']],
  [['--dir', 'd', '--port', '1.5']],
  [['--dir', 'd', '--sessions', '0']],
  [['--dir', 'd', '--shards', '17']],
  [['--dir', 'd', '--keeper', 'nowhere']],
  [['--dir', 'd', '--replica', '</replica>']],
  [['--dir', 'd', '--sessions', '']],
  [['--dir', 'd', '--other']],
  [['--dir', 'd', 'more']],
  [['--dir', 'd', '--password-file', 'missing']],
])('%j is a usage error', (argv) => {
  expect(() => parseServerArgs(argv, {}, noFile)).toThrow(UsageError);
});
