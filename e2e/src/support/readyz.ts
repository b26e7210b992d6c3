import { serviceOf } from './stack-file';

/** Where a service of a running stack says whether it is ready. */
export function readyzOf(home: string, service: string): string {
  return `http://127.0.0.1:${serviceOf(home, service).internal_port}/readyz`;
}
