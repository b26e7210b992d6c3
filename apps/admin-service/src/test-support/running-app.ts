/** The whole service on a free port, and calls to it as the gateway makes them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { generateApiKey, type Role } from '@bigdata/models';
import {
  type Caller,
  commonSettings,
  createIdentityCodec,
  createLifecycle,
  createLogger,
  createMetrics,
  IDENTITY_HEADER,
  loadConfig,
  Secret,
} from '@bigdata/platform';
import { randomBytes, randomUUID } from 'node:crypto';
import { startApp, type StartedApp } from '../app';
import { settings } from '../config';

const IDENTITY_SECRET = 'test-identity-secret-of-32-chars!';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read answers of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface CallOptions {
  readonly as?: Caller;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface RunningApp {
  readonly baseUrl: string;
  readonly adminKey: string;
  readonly inboxDir: string;
  readonly app: StartedApp;
  readonly logLines: readonly Record<string, unknown>[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  sign(caller: Caller): Record<string, string>;
  stop(): Promise<void>;
}

export const GATEWAY: Caller = { kind: 'service', name: 'gateway' };
export const ADMIN = aCaller('admin');

export function aCaller(role: Role, userId: string = randomUUID()): Caller {
  return { kind: 'user', userId, role, keyId: 'abcdefabcdef' };
}

export async function runApp(env: Record<string, string>): Promise<RunningApp> {
  const folder = await mkdtemp(path.join(tmpdir(), 'admin-service-'));
  const inboxDir = path.join(folder, 'inbox');
  const adminKey = generateApiKey(randomBytes).apiKey;
  const config = loadConfig(
    { ...commonSettings, ...settings },
    {
      SERVICE_IDENTITY_SECRET: IDENTITY_SECRET,
      KEY_PEPPER: 'test-pepper-that-is-long-enough-for-it',
      ADMIN_API_KEY: adminKey,
      INBOX_DIR: inboxDir,
      HTTP_PORT: '0',
      ...env,
    },
    folder,
  );
  const logLines: Record<string, unknown>[] = [];
  const stream = new PassThrough().on('data', (line: Buffer) => {
    logLines.push(JSON.parse(line.toString()) as Record<string, unknown>);
  });
  const logger = createLogger({ service: 'admin-service', level: 'info', format: 'json', stream });
  const life = createLifecycle({ logger, deadlineMs: 10_000, exit: () => undefined });
  const identity = createIdentityCodec(new Secret(IDENTITY_SECRET), Date.now);
  const metrics = createMetrics('admin-service');
  const app = await startApp({ config, logger, life, metrics, identity });
  const baseUrl = `http://127.0.0.1:${app.port}`;
  const sign = (caller: Caller): Record<string, string> => ({
    [IDENTITY_HEADER]: identity.sign({ caller, requestId: 'signed-request' }),
  });
  return {
    baseUrl,
    adminKey,
    inboxDir,
    app,
    logLines,
    sign,
    async call(method, route, { as, body, headers = {} } = {}) {
      const response = await fetch(`${baseUrl}${route}`, {
        method,
        headers: {
          ...(as ? sign(as) : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : JSON.parse(text),
      };
    },
    async stop() {
      await life.stop('test');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
