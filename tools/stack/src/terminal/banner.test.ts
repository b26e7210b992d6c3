import { FIRST_QUERY } from '../first-start/first-query';
import { banner } from './banner';

const INPUT = {
  gatewayUrl: 'http://127.0.0.1:8080',
  adminKey: 'bd_live_admin',
  demoKey: 'bd_live_demo',
  home: '.bigdata',
  sampleFile: '.bigdata/files/sample-people.csv',
  cliPrefix: '',
  startedInMs: 4321,
};

const commandsOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl ') || line.includes('npx '));

test('shows the URLs, both keys and where the state is', () => {
  const text = banner(INPUT);
  for (const part of [
    'http://127.0.0.1:8080/openapi.json',
    'bd_live_admin',
    'bd_live_demo',
    '.bigdata',
    '4.3 s',
  ]) {
    expect(text).toContain(part);
  }
});

test('has exactly three commands to copy, the first with a body that is JSON', () => {
  const commands = commandsOf(banner(INPUT));
  expect(commands).toHaveLength(3);
  const body = /-d '(.*)'$/.exec(commands[0] ?? '')?.[1] ?? '';
  expect(JSON.parse(body)).toEqual(FIRST_QUERY);
  expect(commands[1]).toBe('npx bigdata ingest .bigdata/files/sample-people.csv --dataset people');
  expect(commands[2]).toBe('npx bigdata credits ledger demo');
});

test('the commands name the home when it is not the default one', () => {
  const commands = commandsOf(banner({ ...INPUT, cliPrefix: 'BIGDATA_HOME=/tmp/b ' }));
  expect(commands.slice(1).every((command) => command.startsWith('BIGDATA_HOME=/tmp/b npx bigdata '))).toBe(
    true,
  );
});
