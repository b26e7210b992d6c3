/** The one place that makes ClickHouse clients. */
import http from 'node:http';
import https from 'node:https';
import { type Secret } from '@bigdata/platform';
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import { classifyError } from './classify-error';
import { nameTables, type Tables } from './tables';

/** ClickHouse closes idle connections itself, by default after 10 s: ours have to go earlier. */
const IDLE_CONNECTION_MS = 2_500;

export interface ClickHouseOptions {
  /** `http://user:password@host:port`; the path is not used. */
  readonly url: Secret;
  readonly database: string;
  /** Default: one server. */
  readonly cluster?: string | null;
  /** Name of the service, shown in ClickHouse's query log. */
  readonly application: string;
  readonly requestTimeoutMs: number;
  readonly connectionsMax: number;
  readonly settings?: ClickHouseSettings;
}

export interface ClickHouse {
  readonly client: ClickHouseClient;
  /** How its statements name tables. */
  readonly tables: Tables;
  /** Resolves when the server answers a query in this database. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Connects lazily: a server that is away shows in `ping` and in the first query, not here. */
export function openClickHouse(options: ClickHouseOptions): ClickHouse {
  const url = new URL(options.url.reveal());
  const tables = nameTables(options.database, options.cluster ?? null);
  const client = createClient({
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: options.database,
    application: options.application,
    request_timeout: options.requestTimeoutMs,
    // The client has timers of its own for idle connections. One of a connection that was given to an aborted request
    // goes on while the next request has it, and cuts that one off. Node's agent only ever ends idle ones.
    keep_alive: { enabled: true, idle_socket_ttl: 0 },
    http_agent: openAgent(url, options.connectionsMax),
    clickhouse_settings: { ...tables.settings, ...options.settings },
    // It would write to the console, past the redaction; what it throws is logged by whoever catches it.
    log: { level: ClickHouseLogLevel.OFF },
  });
  return {
    client,
    tables,
    async ping() {
      const answer = await client.ping({ select: true });
      if (!answer.success) throw classifyError(answer.error);
    },
    close: () => client.close(),
  };
}

function openAgent({ protocol }: URL, maxSockets: number): http.Agent | https.Agent {
  const agentOptions = { keepAlive: true, maxSockets, timeout: IDLE_CONNECTION_MS };
  return protocol === 'https:' ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
}
