/**
 * In a process that was held up a timer is due before what has come meanwhile is read. It says that time has passed, not that
 * the server is silent: so the sockets are read once more before it counts.
 * @throws Error when there is no answer within `ms` milliseconds; the work goes on unseen
 */
export function withinMs<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => reject(new Error(`no answer within ${ms} ms`)));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
