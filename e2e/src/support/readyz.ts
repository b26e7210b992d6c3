import { readFileSync } from 'node:fs';
import path from 'node:path';

interface StackFile {
  readonly services: Readonly<Record<string, { internal_port: number }>>;
}

/** Where a service of a running stack says whether it is ready. */
export function readyzOf(home: string, service: string): string {
  const { services } = JSON.parse(readFileSync(path.join(home, 'stack.json'), 'utf8')) as StackFile;
  const port = services[service]?.internal_port;
  if (port === undefined) throw new Error(`the stack runs no ${service}`);
  return `http://127.0.0.1:${port}/readyz`;
}
