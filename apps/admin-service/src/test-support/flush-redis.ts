import { askRedis } from '@bigdata/testing';

/** Empties the logical database that `url` names, as a Redis does that restarts without its data. */
export async function flushRedis(url: string): Promise<void> {
  const reply = await askRedis(url, 'FLUSHDB');
  if (reply !== '+OK') throw new Error(`Redis refused to flush: ${reply}`);
}
