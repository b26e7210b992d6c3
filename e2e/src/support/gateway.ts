/** Another gateway beside the one of a stack, over the same Redis and admin-service. */
import { freePort } from '@bigdata/testing';
import { createExtraProcess, type ExtraProcess } from './extra-process';
import { readSecrets, readStackFile, serviceOf } from './stack-file';

export interface ExtraGateway extends ExtraProcess {
  /** The same after each start. */
  readonly url: string;
}

/** Does not start it yet. @param env settings beside those that connect it @param folder of another version */
export async function createExtraGateway(
  home: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<ExtraGateway> {
  const httpPort = String(await freePort());
  const extra = createExtraProcess({
    home,
    service: 'gateway',
    name,
    folder,
    env: () => {
      const secrets = readSecrets(home);
      return {
        NODE_ENV: 'production',
        LOG_FORMAT: 'json',
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: httpPort,
        REDIS_URL: readStackFile(home).REDIS_URL,
        ADMIN_SERVICE_URL: serviceOf(home, 'admin-service').url,
        QUERY_SERVICE_URL: serviceOf(home, 'query-service').url,
        SERVICE_IDENTITY_SECRET: secrets.service_identity_secret,
        KEY_PEPPER: secrets.key_pepper,
        ...env,
      };
    },
  });
  return { ...extra, url: `http://127.0.0.1:${httpPort}` };
}
