import { LOOKUP_LIMITS, recordSchema } from '@bigdata/models';
import { z } from 'zod';
import { type SelectContext, type SelectRunner } from '../clickhouse/select-runner';
import { buildLookup, type LookupSpec } from './build-lookup';

type RecordFields = z.output<typeof recordSchema>;

export interface LookupRepository {
  /** Normalised value → its records in the order of their ids: up to one more than an answer shows. */
  find(spec: LookupSpec, context: SelectContext): Promise<ReadonlyMap<string, readonly RecordFields[]>>;
}

const rowSchema = z.object({ found_by: z.string() }).catchall(recordSchema.valueType);

export function createLookupRepository(select: SelectRunner): LookupRepository {
  return {
    async find(spec, context) {
      const { rows } = await select(buildLookup(spec), LOOKUP_LIMITS.records, context);
      const found = new Map<string, RecordFields[]>();
      for (const row of rows) {
        const { found_by: value, ...fields } = rowSchema.parse(row);
        const records = found.get(value);
        if (records === undefined) found.set(value, [fields]);
        else records.push(fields);
      }
      return found;
    },
  };
}
