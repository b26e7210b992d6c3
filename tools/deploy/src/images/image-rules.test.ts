import { type BuiltImage, findImageProblems } from './image-rules';

const LABELS = Object.fromEntries(
  ['title', 'description', 'licenses', 'version', 'revision'].map((name) => [
    `org.opencontainers.image.${name}`,
    'x',
  ]),
);

const IMAGE: BuiltImage = {
  service: 'admin-service',
  config: {
    User: '10001:10001',
    WorkingDir: '/app',
    Env: ['PATH=/bin', 'NODE_ENV=production'],
    Entrypoint: ['node', '--enable-source-maps'],
    Cmd: ['main.js'],
    StopSignal: 'SIGTERM',
    Labels: LABELS,
    Healthcheck: { Test: ['CMD', 'node', 'healthcheck.js'] },
  },
  app: { 'main.js': 'a1', 'healthcheck.js': 'b2' },
  bundle: { 'main.js': 'a1' },
  needless: [],
  inboxOwner: '10001:10001',
};

const withConfig = (config: Partial<BuiltImage['config']>): Partial<BuiltImage> => ({
  config: { ...IMAGE.config, ...config },
});

it('finds nothing wrong with a sound image', () => {
  expect(findImageProblems(IMAGE)).toEqual([]);
});

it.each<[string, Partial<BuiltImage>, string]>([
  ['root', withConfig({ User: '' }), 'a user by number'],
  ['a user by name, which Kubernetes cannot judge', withConfig({ User: 'node' }), 'a user by number'],
  ['a shell between', withConfig({ Entrypoint: ['sh', '-c', 'node'] }), 'starts node itself'],
  ['another signal', withConfig({ StopSignal: 'SIGKILL' }), 'stopped by SIGTERM'],
  ['no health check', withConfig({ Healthcheck: undefined }), 'health check without a shell'],
  ['a health check by a shell', withConfig({ Healthcheck: { Test: ['CMD-SHELL', 'x'] } }), 'health check'],
  ['a missing label', withConfig({ Labels: {} }), 'every label'],
  ['development', withConfig({ Env: [] }), 'as production'],
  ['an inbox of root', { inboxOwner: '0:0' }, 'gives the inbox'],
  ['no inbox', { inboxOwner: null }, 'gives the inbox'],
  ['a package manager', { needless: ['/usr/local/bin/npm'] }, '/usr/local/bin/npm is in the image'],
  ['another bundle', { bundle: { 'main.js': 'a2' } }, '/app/main.js is not, byte for byte'],
  ['a file too many', { app: { ...IMAGE.app, 'x.test.js': 'c3' } }, '/app/x.test.js is in no bundle'],
  ['a file too few', { app: {} }, '/app/main.js is missing'],
])('finds %s', (_what, change, problem) => {
  expect(findImageProblems({ ...IMAGE, ...change }).join('\n')).toContain(problem);
});
