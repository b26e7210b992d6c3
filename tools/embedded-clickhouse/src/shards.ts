/**
 * A cluster of several shards in one engine, for what is to be tried on a cluster without having one. Every shard of
 * the cluster `embedded` is this engine; what makes them differ are filters: of a stored table each shard shows the
 * rows whose sharding key is its own, so statements over all shards are planned, sent and put together as on a
 * cluster. Asked directly, a stored table shows nothing.
 *
 * Statements `ON CLUSTER` are run once, since every server is this one. Without a keeper tables that would be replicated are
 * not, and replicas are always in step. With one they are registered with it, which is all that they do: the engine has no
 * port that replicas talk to each other on, so such a table takes no rows.
 */
import { createHash } from 'node:crypto';
import { type ServerConfig } from './args';
import { type StatementContext } from './engine-connection';
import { quoteIdentifier, quoteString } from './rewrite';
import { SqlLexer, type Token } from './sql-lexer';

export const CLUSTER_NAME = 'embedded';

/** Of the engine's configuration. Nothing listens on the port: a server at this address is the engine itself. */
export function clusterConfig({ shards, keeper, replica }: ServerConfig): string {
  const shard =
    '<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>9000</port></replica></shard>';
  return `<tcp_port>9000</tcp_port>
  <remote_servers><${CLUSTER_NAME}>${shard.repeat(shards)}</${CLUSTER_NAME}></remote_servers>
  <macros><shard>1</shard><replica>${replica}</replica></macros>
  ${keeper === null ? '' : zookeeperConfig(keeper)}`;
}

function zookeeperConfig(keeper: string): string {
  const [host, port] = keeper.split(':');
  return `<zookeeper><node><host>${host}</host><port>${port}</port></node></zookeeper>`;
}

/** Finds the tables that an engine has already. */
export const FIND_DISTRIBUTED = "SELECT engine_full FROM system.tables WHERE engine = 'Distributed'";

/** A restore goes on after its statement has been answered. */
const RESTORE_MS = 60_000;

const FILTERS = 'additional_table_filters';
/** `Distributed('cluster', 'database', 'table', key)` */
const DISTRIBUTED = /\bDistributed\(\s*'([^']*)',\s*'([^']*)',\s*'([^']*)',\s*([\s\S]+)\)\s*$/;
const FILTER_ENTRY = /('(?:[^'\\]|\\.)*')\s*:\s*'((?:[^'\\]|\\.)*)'/g;

/** Which rows of a stored table each shard has. */
export class ShardFilters {
  private readonly shards: number;
  /** Tables are registered with it. */
  readonly hasKeeper: boolean;
  /** By database and table. */
  private readonly conditions = new Map<string, Map<string, string>>();
  private restoredUntilMs = -Infinity;

  constructor(shards: number, hasKeeper = false) {
    this.shards = shards;
    this.hasKeeper = hasKeeper;
  }

  /** @param text that ends in `Distributed(…)`; anything else is no news */
  learn(text: string): void {
    const found = DISTRIBUTED.exec(text);
    if (!found) return;
    const [, , database = '', table = '', key = ''] = found;
    const tables = this.conditions.get(database) ?? new Map<string, string>();
    this.conditions.set(database, tables.set(table, `(${key}) % ${this.shards} + 1 = shardNum()`));
  }

  /** True for a database that has tables on the cluster. */
  knows(database: string | undefined): boolean {
    return this.conditions.has(database ?? '');
  }

  /** Tables are being restored, without a statement for each. */
  restoring(): void {
    this.restoredUntilMs = performance.now() + RESTORE_MS;
  }

  /** True for a database whose tables may have been restored meanwhile. */
  mayLack(database: string | undefined): boolean {
    return !this.knows(database) && performance.now() < this.restoredUntilMs;
  }

  /** The same statement, with each shard showing its own rows only. */
  applyTo(context: StatementContext): StatementContext {
    const { database = '' } = context;
    const own = this.conditions.get(database);
    if (!own) return context;
    const filters = new Map(
      [...own].map(([table, condition]) => [
        quoteString(`${database}.${table}`),
        quoteString(condition).slice(1, -1),
      ]),
    );
    for (const [, table = '', condition = ''] of (context.settings.get(FILTERS) ?? '').matchAll(
      FILTER_ENTRY,
    )) {
      // Another server would look for it in the database that is at hand there.
      if (own.has(table.slice(1, -1))) continue;
      const sharded = filters.get(table);
      filters.set(table, sharded === undefined ? condition : `(${sharded}) AND (${condition})`);
    }
    const literal = [...filters].map(([table, condition]) => `${table}: '${condition}'`).join(', ');
    return { ...context, settings: new Map(context.settings).set(FILTERS, `{${literal}}`) };
  }
}

export interface InsertSteps {
  /** Makes a table for what is to be inserted. */
  readonly create: string;
  /** Fills it. */
  readonly select: string;
  readonly insert: string;
  readonly drop: string;
}

const INSERT_HEAD = /^\s*INSERT INTO (?:TABLE )?(?<table>[^\s(]+)\s*(?:\((?<columns>[\s\S]+)\))?\s*$/i;

const PLAIN_SETTING = 'non_replicated_deduplication_window';

/**
 * @param registeredIn the database whose tables are registered with a keeper; undefined: there is none
 * @returns what to run in the place of a statement `ON CLUSTER`, empty where nothing is to be done; undefined for others
 */
export function onEveryServer(text: string, registeredIn?: string): string | undefined {
  const tokens = tokensOf(text);
  const wordAt = (index: number): string => wordOf(text, tokens[index]);
  const at = tokens.findIndex((_, index) => wordAt(index) === 'ON' && wordAt(index + 1) === 'CLUSTER');
  const [on, name] = [tokens[at], tokens[at + 2]];
  if (at === -1 || !on || !name) return undefined;
  if (wordAt(0) === 'SYSTEM' && wordAt(1) === 'SYNC' && wordAt(2) === 'REPLICA') return '';
  const parts: string[] = [];
  let from = 0;
  for (const token of tokens) {
    const word = wordOf(text, token);
    const isReplicated = /^REPLICATED\w*MERGETREE$/.test(word);
    if (token === on) {
      const id =
        registeredIn !== undefined && wordAt(0) === 'CREATE' && wordAt(1) === 'TABLE'
          ? idOf(registeredIn, text.slice(0, on.start))
          : '';
      parts.push(text.slice(from, on.start), id);
      from = name.end;
    } else if (registeredIn === undefined && (isReplicated || word === 'REPLICATED_DEDUPLICATION_WINDOW')) {
      const plain = isReplicated ? text.slice(token.start + 'Replicated'.length, token.end) : PLAIN_SETTING;
      parts.push(text.slice(from, token.start), plain);
      from = token.end;
    }
  }
  return [...parts, text.slice(from)].join('');
}

/** Every server of a cluster gives a table the same id, from which its place in the keeper follows. */
function idOf(database: string, text: string): string {
  const hex = createHash('sha256').update(`${database}\0${text}`).digest('hex');
  return `UUID '${[hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')}'`;
}

/**
 * `INSERT … SELECT` in two steps: filters that tell shards apart would hold for the views that the insert feeds, too.
 * @returns undefined for another statement
 */
export function inTwoSteps(text: string, table: string): InsertSteps | undefined {
  const begin = tokensOf(text).find((token) => ['SELECT', 'WITH'].includes(wordOf(text, token)));
  const head = begin && text.slice(0, begin.start);
  const into = head === undefined ? null : INSERT_HEAD.exec(head)?.groups;
  if (begin === undefined || !into) return undefined;
  const name = quoteIdentifier(table);
  return {
    create: `CREATE TABLE ${name} ENGINE = Memory AS SELECT ${into['columns'] ?? '*'} FROM ${into['table']} WHERE 0`,
    select: `INSERT INTO ${name} ${text.slice(begin.start)}`,
    insert: `${head} SELECT * FROM ${name}`,
    drop: `DROP TABLE IF EXISTS ${name}`,
  };
}

function wordOf(text: string, token: Token | undefined): string {
  return token?.type === 'word' ? text.slice(token.start, token.end).toUpperCase() : '';
}

function tokensOf(text: string): Token[] {
  const lexer = new SqlLexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token; token = lexer.next()) tokens.push(token);
  return tokens;
}
