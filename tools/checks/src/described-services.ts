/** What the built services say about their own configuration. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type SettingDescription } from '@bigdata/platform';
import { ROOT } from './workspace';

export const SERVICES = ['gateway', 'query-service', 'admin-service', 'ingest-worker'] as const;

export type DescribedService = readonly [service: string, settings: readonly SettingDescription[]];

export function describeServices(): readonly DescribedService[] {
  return SERVICES.map((service) => [
    service,
    JSON.parse(
      execFileSync(process.execPath, [path.join(ROOT, 'dist', service, 'main.js'), '--describe-config'], {
        encoding: 'utf8',
      }),
    ) as SettingDescription[],
  ]);
}
