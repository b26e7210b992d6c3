/** What the built services say about their own configuration. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type SettingDescription } from '@bigdata/platform';

export const SERVICES = ['gateway', 'query-service', 'admin-service', 'ingest-worker'] as const;
export type ServiceName = (typeof SERVICES)[number];

export type DescribedService = readonly [service: ServiceName, settings: readonly SettingDescription[]];

/** @param root of the repository, whose services are built */
export function describeServices(root: string): readonly DescribedService[] {
  return SERVICES.map((service) => [
    service,
    JSON.parse(
      execFileSync(process.execPath, [path.join(root, 'dist', service, 'main.js'), '--describe-config'], {
        encoding: 'utf8',
      }),
    ) as SettingDescription[],
  ]);
}
