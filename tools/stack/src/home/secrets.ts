import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { generateApiKey } from '@bigdata/models';
import { StackError } from '../stack-error';
import { type Home, writePrivateJson } from './home';

/** Made once per home: the data is sealed with them. */
export type Secrets = {
  key_pepper: string;
  erasure_key: string;
  service_identity_secret: string;
  cursor_secret: string;
  clickhouse_password: string;
  postgres_password: string;
  redis_password: string;
  admin_key: string;
  /** Known once the demo user is made. */
  demo_key?: string;
};

const newSecret = () => randomBytes(32).toString('base64url');

export function readOrMakeSecrets(home: Home): Secrets {
  if (existsSync(home.secretsFile)) {
    const known = JSON.parse(readFileSync(home.secretsFile, 'utf8')) as Omit<Secrets, 'erasure_key'> &
      Partial<Secrets>;
    // Homes that are older than erasures: nobody was erased in them.
    const secrets = { ...known, erasure_key: known.erasure_key ?? newSecret() };
    if (known.erasure_key === undefined) saveSecrets(home, secrets);
    return secrets;
  }
  if (readdirSync(home.dataDir).length > 0) {
    throw new StackError(
      'missing_file',
      `${home.secretsFile} is gone while there is data that needs it. ` +
        'Put it back, or begin anew with npm start -- --fresh.',
    );
  }
  const secrets: Secrets = {
    key_pepper: newSecret(),
    erasure_key: newSecret(),
    service_identity_secret: newSecret(),
    cursor_secret: newSecret(),
    clickhouse_password: newSecret(),
    postgres_password: newSecret(),
    redis_password: newSecret(),
    admin_key: generateApiKey(randomBytes).apiKey,
  };
  saveSecrets(home, secrets);
  return secrets;
}

export function saveSecrets(home: Home, secrets: Secrets): void {
  writePrivateJson(home.secretsFile, secrets);
}
