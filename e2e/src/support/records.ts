/** What the public API answers of a dataset. */
import { type Api, type QueryBody } from './api';

export type RecordBody = Readonly<Record<string, unknown>>;

/** All records of a dataset, in the order of their addresses. */
export async function readRecords(api: Api, dataset: string): Promise<RecordBody[]> {
  const records: RecordBody[] = [];
  const where = { field: 'dataset', op: 'eq', value: dataset };
  let cursor: string | null = null;
  do {
    const at: object = cursor === null ? {} : { cursor };
    const answer = await api.post<QueryBody>('/v1/query', { where, limit: 1_000, ...at });
    const { status, body } = answer;
    if (status !== 200) throw new Error(`the query is answered ${status}: ${JSON.stringify(body)}`);
    records.push(...body.data);
    cursor = body.page.next_cursor;
  } while (cursor !== null);
  return records.sort((a, b) => (String(a['email']) < String(b['email']) ? -1 : 1));
}

const CIRCUMSTANCES = new Set(['record_id', 'dataset', 'ingest_id', 'first_seen_at', 'updated_at']);

/** What a record says, without who loaded it when and where to. */
export function contentOf(record: RecordBody): RecordBody {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !CIRCUMSTANCES.has(field)));
}
