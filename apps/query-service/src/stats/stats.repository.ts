import { type Tables } from '@bigdata/clickhouse';
import { type RecordFieldName, type StatsGroups, type StatsTotals } from '@bigdata/models';
import { z } from 'zod';
import { type SelectContext, type SelectRunner } from '../clickhouse/select-runner';
import { type NormalizedFilter } from '../filter/normalized-filter';
import { buildGroups, buildTotals, buildVersion, COVERED_FIELDS, type GroupsSpec } from './build-stats';

export interface StatsRepository {
  readVersion(context: SelectContext): Promise<{ readonly version: string; readonly isErasing: boolean }>;
  readGroups(spec: GroupsSpec, context: SelectContext): Promise<Omit<StatsGroups, 'as_of'>>;
  /** @param mask the fields to tell of; undefined: all */
  readTotals(
    filter: NormalizedFilter | null,
    mask: readonly RecordFieldName[] | undefined,
    context: SelectContext,
  ): Promise<Omit<StatsTotals, 'as_of'>>;
}

const count = z.int().nonnegative();
const versionSchema = z.tuple([z.object({ version: z.string(), pending: count })]);
const key = z.string().nullable().optional();
const groupsSchema = z.array(z.object({ g0: key, g1: key, g2: key, count, total: count }));
const totalsSchema = z.tuple([
  z
    .object({
      records: count,
      distinct_emails: count,
      distinct_phones: count,
      datasets: z.record(z.string(), count),
      last_ingest_id: z.string(),
      last_ingest_at: z.string(),
    })
    .catchall(z.unknown()),
]);

export function createStatsRepository(select: SelectRunner, tables: Tables): StatsRepository {
  return {
    async readVersion(context) {
      const { rows } = await select(buildVersion(tables), 1, context);
      const [{ version, pending }] = versionSchema.parse(rows);
      return { version, isErasing: pending > 0 };
    },
    async readGroups(spec, context) {
      const { rows } = await select(buildGroups(spec), spec.limit, context);
      const found = groupsSchema.parse(rows);
      const total = found[0]?.total ?? 0;
      const names = spec.groupBy.map((field) =>
        field.kind === 'attribute' ? `attributes.${field.name}` : field.name,
      );
      return {
        groups: found.map((row) => ({
          key: Object.fromEntries(
            names.map((name, index) => [name, [row.g0, row.g1, row.g2][index] ?? null]),
          ),
          count: row.count,
        })),
        other: total - found.reduce((sum, row) => sum + row.count, 0),
        total,
      };
    },
    async readTotals(filter, mask, context) {
      const { rows } = await select(buildTotals(filter), 1, context);
      const [row] = totalsSchema.parse(rows);
      const isVisible = (name: RecordFieldName): boolean => mask === undefined || mask.includes(name);
      const { records } = row;
      const covered = COVERED_FIELDS.filter(isVisible).map((name) => {
        const having = count.parse(row[`has_${name}`]);
        return [name, records === 0 ? 0 : having / records] as const;
      });
      const datasets = Object.entries(row.datasets)
        .filter(([name]) => name !== '')
        .map(([name, size]) => ({ name, records: size }));
      return {
        records,
        distinct_emails: isVisible('email') ? row.distinct_emails : null,
        distinct_phones: isVisible('phone') ? row.distinct_phones : null,
        datasets: isVisible('dataset')
          ? datasets.toSorted((one, other) => other.records - one.records || (one.name < other.name ? -1 : 1))
          : [],
        coverage: Object.fromEntries(covered),
        last_ingest: records === 0 ? null : { ingest_id: row.last_ingest_id, at: row.last_ingest_at },
      };
    },
  };
}
