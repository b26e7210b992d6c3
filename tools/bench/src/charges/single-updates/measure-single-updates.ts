import { Pool } from 'pg';

export type SingleUpdatesOptions = {
  readonly databaseUrl: string;
  readonly updates: number;
  /** Connections that update at once. */
  readonly clients: number;
  readonly progress: (line: string) => void;
};

/**
 * What anyone would write first: one durable UPDATE per charge, straight to PostgreSQL, without HTTP, ledger or any
 * way to tell a repeated charge. @returns updates of one hot row per second
 */
export const measureSingleUpdates = async (options: SingleUpdatesOptions): Promise<number> => {
  const { databaseUrl, updates, clients, progress } = options;
  const pool = new Pool({ connectionString: databaseUrl, max: clients });
  try {
    await pool.query('CREATE TABLE bench_wallets (id int PRIMARY KEY, balance bigint NOT NULL)');
    await pool.query('INSERT INTO bench_wallets VALUES (1, $1)', [updates]);
    let left = updates;
    const updateOnes = async (): Promise<void> => {
      const client = await pool.connect();
      try {
        while (left > 0) {
          left -= 1;
          await client.query(
            'UPDATE bench_wallets SET balance = balance - 1 WHERE id = 1 AND balance >= 1 RETURNING balance',
          );
        }
      } finally {
        client.release();
      }
    };
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: clients }, updateOnes));
    const perS = (updates / (performance.now() - startedMs)) * 1_000;
    progress(`${Math.round(perS)} single updates a second`);
    return perS;
  } finally {
    await pool.end();
  }
};
