import { randomBytes } from 'node:crypto';
import { generateApiKey } from '@bigdata/models';
import { ConfigError, loadConfig } from '@bigdata/platform';
import { settings } from './config';

const REQUIRED = {
  DATABASE_URL: 'postgres://user:password@localhost/db',
  REDIS_URL: 'redis://localhost',
  KEY_PEPPER: 'p'.repeat(32),
  ERASURE_KEY: 'e'.repeat(32),
  INBOX_DIR: '/inbox',
};
const load = (env: Record<string, string>) => loadConfig(settings, { ...REQUIRED, ...env }, '/nowhere');

test('the bootstrap key and the folders of file sources may be left out', () => {
  expect(load({})).toMatchObject({ adminApiKey: null, ingestFileRoots: null, defaultRequestsPerMinute: 600 });
});

test('a mistyped bootstrap key is a configuration error that does not print it', () => {
  const { apiKey } = generateApiKey(randomBytes);
  const mistyped = apiKey.slice(0, -1) + (apiKey.endsWith('0') ? '1' : '0');
  expect(load({ ADMIN_API_KEY: apiKey }).adminApiKey?.reveal()).toBe(apiKey);
  expect(() => load({ ADMIN_API_KEY: mistyped })).toThrow(ConfigError);
  expect(() => load({ ADMIN_API_KEY: mistyped })).toThrow(/ADMIN_API_KEY: is no API key(?!.*bd_live_)/s);
});
