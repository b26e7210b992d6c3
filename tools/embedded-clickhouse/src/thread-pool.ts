/** KILL QUERY, compression and files need threads beside the statements'. */
const THREADS_BESIDE = 16;

/**
 * Every running statement holds a thread of libuv's pool, and an insert a second one until the engine opens its
 * pipe. The pool reads its size when it is first used: this must come before any work is given to it.
 */
export function setThreadPoolSize(env: NodeJS.ProcessEnv, sessions: number): void {
  const given = Number(env['UV_THREADPOOL_SIZE']) || 0;
  env['UV_THREADPOOL_SIZE'] = String(Math.max(given, 2 * sessions + THREADS_BESIDE));
}
