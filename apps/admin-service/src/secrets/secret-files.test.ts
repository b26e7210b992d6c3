import { randomBytes } from 'node:crypto';
import { parseApiKey } from '@bigdata/models';
import { missingSecrets } from './secret-files';

describe('missingSecrets', () => {
  it('makes every secret, long enough for the services and different from the others', () => {
    const { s3_secret_access_key: s3, ...made } = missingSecrets({}, randomBytes);
    expect(s3).toBe('');
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length);
    for (const [name, text] of Object.entries(made)) expect([name, text.length >= 32]).toEqual([name, true]);
    expect(parseApiKey(made['admin_api_key'] ?? '')).not.toBeNull();
  });

  it('writes the passwords of the stores into their URLs and into the configuration of Redis', () => {
    const made = missingSecrets({}, randomBytes);
    const passwordIn = (name: string) => new URL(made[name] ?? '').password;
    expect(passwordIn('database_url')).toBe(made['postgres_password']);
    expect(passwordIn('clickhouse_url')).toBe(made['clickhouse_password']);
    expect(passwordIn('redis_url')).toBe(made['redis_password']);
    expect(made['redis_conf']).toBe(`requirepass "${made['redis_password'] ?? ''}"`);
  });

  it('never makes anew what is there, and fits what is missing to it', () => {
    const present = { key_pepper: 'kept', postgres_password: 'p w/d', database_url: 'postgres://elsewhere' };
    const made = missingSecrets(present, randomBytes);
    expect(Object.keys(made)).not.toEqual(expect.arrayContaining(Object.keys(present)));
    const { database_url: _gone, ...rest } = present;
    expect(missingSecrets(rest, randomBytes)['database_url']).toBe(
      'postgres://bigdata:p%20w%2Fd@postgres:5432/bigdata',
    );
    expect(missingSecrets({ ...present, ...made }, randomBytes)).toEqual({});
  });
});
