import { planContainer } from './container-plan';

const IMAGE = {
  root: '/images/gateway',
  user: '10001:10001',
  workdir: '/app',
  env: ['PATH=/usr/bin', 'HTTP_HOST=0.0.0.0', 'NODE_OPTIONS=--max-semi-space-size=4'],
  entrypoint: ['node', '--enable-source-maps'],
  settings: [
    { env: 'HTTP_HOST', secret: false },
    { env: 'KEY_PEPPER', secret: true },
    { env: 'INBOX_DIR', secret: false },
    { env: 'INGEST_FILE_ROOTS', secret: false },
    { env: 'LOG_LEVEL', secret: false },
  ],
};

describe('planContainer', () => {
  const plan = planContainer(IMAGE, ['migrate.js', 'up'], {
    HTTP_HOST: '127.0.0.1',
    KEY_PEPPER: 'p',
    INBOX_DIR: '/home/inbox',
    INGEST_FILE_ROOTS: '/home/files',
    HOME: '/root',
    PATH: '/opt/host',
    NODE_OPTIONS: '--inspect',
  });

  it('runs the entry point with what replaces the command', () => {
    expect(plan.program).toEqual(['node', '--enable-source-maps', 'migrate.js', 'up']);
  });

  it('gives the image its own environment and the settings of its service, and nothing else of the host', () => {
    expect(plan.env).toEqual({
      PATH: '/usr/bin',
      HTTP_HOST: '127.0.0.1',
      NODE_OPTIONS: '--max-semi-space-size=4',
      INBOX_DIR: '/inbox',
      KEY_PEPPER_FILE: '/run/secrets/key_pepper',
    });
    expect(plan.inbox).toBe('/home/inbox');
  });

  it('hands secrets over in files alone', () => {
    expect(plan.secrets).toEqual({ key_pepper: 'p' });
    expect(JSON.stringify([plan.env, plan.program])).not.toContain('"p"');
  });
});
