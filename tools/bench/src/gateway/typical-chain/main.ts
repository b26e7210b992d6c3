/**
 * The gateway that anyone would write first, of the packages that everyone takes: a key looked up in PostgreSQL, a limiter
 * in Redis, one UPDATE per request, http-proxy-middleware.
 */
import express, { type NextFunction, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { RedisStore } from 'rate-limit-redis';

const env = (name: string): string => process.env[name] ?? '';
const database = new Pool({ connectionString: env('DATABASE_URL'), max: 20 });
const redis = new Redis(env('REDIS_URL'));

type Keyed = Request & { userId?: string };

const authenticate = async (request: Keyed, response: Response, next: NextFunction): Promise<void> => {
  const { rows } = await database.query<{ user_id: string }>(
    'SELECT user_id FROM bench_keys WHERE api_key = $1',
    [request.header('x-api-key')],
  );
  const [found] = rows;
  if (!found) {
    response.status(401).end();
    return;
  }
  request.userId = found.user_id;
  next();
};

const charge = async (request: Keyed, response: Response, next: NextFunction): Promise<void> => {
  const { rowCount } = await database.query(
    'UPDATE bench_wallets SET credits = credits - 1 WHERE user_id = $1 AND credits >= 1',
    [request.userId],
  );
  if (rowCount === 1) next();
  else response.status(402).end();
};

const limiter = rateLimit({
  windowMs: 60_000,
  limit: 1_000_000_000,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  keyGenerator: (request: Keyed) => request.userId ?? '',
  store: new RedisStore({
    sendCommand: async (command: string, ...args: string[]) => (await redis.call(command, ...args)) as number,
  }),
});

const start = async (): Promise<void> => {
  await database.query(`
    CREATE TABLE IF NOT EXISTS bench_keys (api_key text PRIMARY KEY, user_id text NOT NULL);
    CREATE TABLE IF NOT EXISTS bench_wallets (user_id text PRIMARY KEY, credits bigint NOT NULL)`);
  await database.query(`INSERT INTO bench_keys VALUES ($1, 'u') ON CONFLICT DO NOTHING`, [env('API_KEY')]);
  await database.query(`INSERT INTO bench_wallets VALUES ('u', 1000000000) ON CONFLICT DO NOTHING`);
  const app = express();
  app.use(authenticate, limiter, charge, createProxyMiddleware({ target: env('UPSTREAM_URL') }));
  app.listen(Number(env('PORT')), '127.0.0.1', () => process.send?.('ready'));
};
void start();
