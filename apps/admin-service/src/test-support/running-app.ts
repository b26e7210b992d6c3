/** The whole service on a free port, and calls to it as the gateway makes them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { generateApiKey, type Role, type RouteContract } from '@bigdata/models';
import {
  type Caller,
  commonSettings,
  createIdentityCodec,
  createLifecycle,
  createLogger,
  createMetrics,
  IDENTITY_HEADER,
  loadConfig,
  NO_TRACING,
  type ProblemDocument,
  problemSchema,
  Secret,
} from '@bigdata/platform';
import { type z } from 'zod';
import { startApp, type StartedApp } from '../app';
import { settings } from '../config';

export const KEY_PEPPER = 'test-pepper-that-is-long-enough-for-it';
const IDENTITY_SECRET = 'test-identity-secret-of-32-chars!';

export class Answer<C extends RouteContract = RouteContract> {
  constructor(
    private readonly contract: C,
    readonly status: number,
    readonly headers: Headers,
    readonly json: unknown,
  ) {}

  /** The answer as its contract says. @throws when it is a problem or of another shape */
  get body(): z.output<C['answer']> {
    if (this.status !== this.contract.status)
      throw new Error(`answered ${this.status}: ${JSON.stringify(this.json)}`);
    return this.contract.answer.parse(this.json) as z.output<C['answer']>;
  }

  /** @throws when it is no problem document */
  get problem(): ProblemDocument {
    return problemSchema.parse(this.json);
  }

  /** Status and problem code; null for a success. */
  get outcome(): [number, string | null] {
    return [this.status, this.status < 400 ? null : this.problem.code];
  }
}

export interface CallOptions<C extends RouteContract> {
  readonly params?: z.input<C['params']>;
  readonly query?: Record<string, string | number>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Calls made by one caller, or by nobody. */
export type Calls = <C extends RouteContract>(contract: C, options?: CallOptions<C>) => Promise<Answer<C>>;

export interface RunningApp {
  readonly baseUrl: string;
  readonly adminKey: string;
  readonly inboxDir: string;
  readonly app: StartedApp;
  readonly logLines: readonly Record<string, unknown>[];
  as(caller: Caller | null): Calls;
  /** Headers of one request. @param url whole */
  sign(caller: Caller, method: string, url: string, requestId?: string): Record<string, string>;
  stop(): Promise<void>;
}

export const GATEWAY: Caller = { kind: 'service', name: 'gateway' };
export const ADMIN = aCaller('admin');

export function aCaller(role: Role, userId: string = randomUUID()): Extract<Caller, { kind: 'user' }> {
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
      KEY_PEPPER,
      ERASURE_KEY: 'test-erasure-key-that-is-long-enough',
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
  const app = await startApp({ config, logger, life, metrics, tracing: NO_TRACING, identity });
  const baseUrl = `http://127.0.0.1:${app.port}`;
  const sign = (
    caller: Caller,
    method: string,
    url: string,
    requestId = 'signed-request',
  ): Record<string, string> => {
    const { href, origin } = new URL(url);
    const line = { method, target: href.slice(origin.length) };
    return { [IDENTITY_HEADER]: identity.sign({ caller, requestId }, line) };
  };
  return {
    baseUrl,
    adminKey,
    inboxDir,
    app,
    logLines,
    sign,
    as:
      (caller) =>
      async (contract, { params, query = {}, body, headers = {} } = {}) => {
        const route = contract.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
          encodeURIComponent(String((params as Record<string, unknown>)[name])),
        );
        const search = new URLSearchParams();
        for (const [name, value] of Object.entries(query)) search.set(name, String(value));
        const isJson = body !== undefined && contract.body !== 'stream';
        const url = `${baseUrl}${route}?${search.toString()}`;
        const response = await fetch(url, {
          method: contract.method,
          headers: {
            ...(caller ? sign(caller, contract.method, url, headers['x-request-id']) : {}),
            ...(isJson ? { 'content-type': 'application/json' } : {}),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string | Buffer) }),
        });
        return new Answer(contract, response.status, response.headers, await response.json());
      },
    async stop() {
      await life.stop('test');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
