import path from 'node:path';
import { tmpdir } from 'node:os';
import { ConfigError, loadConfig } from '@bigdata/platform';
import { sourceSettings } from '../config';
import { openSource, type SourceAccess } from './open-source';
import { openSourceAccess } from './source-access';

const never = new AbortController().signal;
let closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
});

function openWith(env: Record<string, string>): Promise<SourceAccess> {
  const config = loadConfig(sourceSettings, { INBOX_DIR: tmpdir(), ...env }, path.join(tmpdir(), 'nowhere'));
  return openSourceAccess(config, 4, {
    use: (_name, resource, close) => {
      closers.push(() => close(resource));
      return resource;
    },
  });
}

const S3 = {
  S3_ENDPOINT: 'https://store.example.com',
  S3_ACCESS_KEY_ID: 'id',
  S3_SECRET_ACCESS_KEY: 'secret',
};

test('nothing but the inbox can be read unless it is configured', async () => {
  const access = await openWith({});
  expect(access).toMatchObject({ s3: null, https: null, folders: { fileRoots: [] } });
  for (const source of ['s3://bucket/a.csv', 'https://example.com/a.csv', 'file:///etc/passwd']) {
    await expect(openSource(source, access, never)).rejects.toMatchObject({ code: 'source_not_allowed' });
  }
});

test('credentials alone open no bucket', async () => {
  expect((await openWith(S3)).s3).toBeNull();
});

test('buckets open those buckets', async () => {
  expect((await openWith({ ...S3, S3_BUCKETS: 'one, two' })).s3).toMatchObject({ buckets: ['one', 'two'] });
});

test.each(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])(
  '%s alone is a mistake that is named',
  async (name) => {
    await expect(openWith({ S3_BUCKETS: 'one', [name]: 'x' })).rejects.toThrow(ConfigError);
  },
);

test('https sources are opened by a switch, or by a list of hosts', async () => {
  expect((await openWith({ HTTPS_SOURCES: 'true', HTTPS_BYTES_MAX: '5' })).https).toMatchObject({
    bytesMax: 5,
  });
  const { https } = await openWith({ HTTPS_HOSTS: 'files.example.com' });
  const url = new URL('https://other.example.com/');
  await expect(https?.client.get(url, {}, never)).rejects.toMatchObject({ code: 'source_not_allowed' });
});

test.each(['https://127.0.0.1/', 'https://localhost/', 'https://localhost./', 'https://[::ffff:127.0.0.1]/'])(
  'as configured, %s is refused',
  async (source) => {
    const access = await openWith({ HTTPS_SOURCES: 'true' });
    await expect(openSource(source, access, never)).rejects.toMatchObject({ code: 'source_not_allowed' });
  },
);

test('an authority file that is not there is named', async () => {
  await expect(openWith({ HTTPS_CA_FILE: '/nowhere/ca.pem' })).rejects.toThrow('HTTPS_CA_FILE');
});

test.each(['ftp://example.com/a.csv', 'http://example.com/a.csv', '/data/a.csv', 'constructor://x', ''])(
  '%j is no source',
  async (source) => {
    const access = await openWith({ HTTPS_SOURCES: 'true' });
    await expect(openSource(source, access, never)).rejects.toMatchObject({ code: 'source_not_allowed' });
  },
);
