/** The same bytes are not loaded into a dataset twice, unless someone insists. */
import { sql } from 'kysely';
import { type Trx } from '../db/transaction';

export interface Content {
  readonly dataset: string;
  /** Lower-case hex; null: not known, so that nothing is the same. */
  readonly sha256: string | null;
}

export interface SameContent {
  readonly id: string;
  readonly ended: boolean;
}

/**
 * The first job that has loaded the same content into the dataset, or is about to. The caller holds the dataset's lock,
 * so that of two jobs exactly one finds the other.
 * @param others `planned`: of the jobs that have not ended only those that have a plan, which came before the asking one
 */
export async function findSameContent(
  trx: Trx,
  { dataset, sha256 }: Content,
  others: { readonly but: string | null; readonly active: 'all' | 'planned' },
): Promise<SameContent | null> {
  if (sha256 === null) return null;
  const row = await trx
    .selectFrom('ingest_jobs')
    .select(['id', 'state'])
    .where('dataset', '=', dataset)
    .where('sha256', '=', sha256)
    .where('undo_requested_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'succeeded'),
        eb.and([
          eb('state', 'in', ['queued', 'running']),
          others.active === 'all' ? sql<boolean>`true` : eb('plan', 'is not', null),
        ]),
      ]),
    )
    .where('id', 'is distinct from', others.but)
    .orderBy('load_number')
    .limit(1)
    .executeTakeFirst();
  return row ? { id: row.id, ended: row.state === 'succeeded' } : null;
}

export function sameContentDetail({ id, ended }: SameContent, dataset: string): string {
  return `The same content ${ended ? 'was' : 'is being'} loaded into "${dataset}" by job ${id}. With "force": true it is loaded again.`;
}
