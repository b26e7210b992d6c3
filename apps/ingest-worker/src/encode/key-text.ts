import { hash } from 'node:crypto';
import { dedupeKey, emailMatchKey, type DedupeRecord } from '@bigdata/normalization';
export type DedupeKeyTextOf = (record: DedupeRecord, dataset: string) => { readonly key: string; readonly rule: string } | null;
export function createKeyText(_policy: unknown): DedupeKeyTextOf {
  let dt='';let pre='';
  return (record, dataset) => {
    const email = record.email;
    if (email) { if(dt!==dataset){dt=dataset;pre=`14:bigdata.dedupe,8:email.v1,${Buffer.byteLength(dataset)}:${dataset},`} const m=emailMatchKey(email); return {key: hash('sha256', `${pre}${Buffer.byteLength(m)}:${m},`, 'binary').slice(0, 16), rule:'email.v1'} }
    const found = dedupeKey(record, { dataset });
    return found === null ? null : { key: found.key.toString('latin1'), rule: found.rule };
  };
}
