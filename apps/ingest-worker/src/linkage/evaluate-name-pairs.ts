/**
 * Pairs of names of which it is known whether they are of one person or company: what would be joined if nothing but the
 * name were compared. Every person gets one birth date for it, and the rule that asks for a name and a birth date.
 */
import path from 'node:path';
import { type KeyRule } from '@bigdata/models';
import { createDedupeKey } from '@bigdata/normalization';
import { createNormalizer, readTable } from './read-linkage-set';

export interface NamePairsResult {
  readonly kind: 'person' | 'other';
  readonly sameNames: number;
  readonly sameJoined: number;
  readonly otherNames: number;
  /** Pairs of names of two that have one key. */
  readonly otherJoined: readonly (readonly [string, string])[];
}

const JOB = { country: 'US', mapping: {} };
const BIRTH_DATE = '1980-01-01';

/** @throws Error when the file is missing */
export function evaluateNamePairs(corpusFolder: string): readonly NamePairsResult[] {
  const [header = [], ...rows] = readTable(
    path.join(corpusFolder, 'normalise', 'names', 'nomenklatura-name-pairs.csv'),
  );
  const [schema, one, other, truth] = ['schema', 'name1', 'name2', 'is_match'].map((name) =>
    header.indexOf(name),
  );
  const cell = (cells: readonly string[], index = -1): string => cells[index] ?? '';
  return (['person', 'other'] as const).map((kind) => {
    const keyOf = kind === 'person' ? keyByName('full_name', 'name+birth') : keyByName('company', 'company');
    const pairs = rows
      .filter((cells) => (cell(cells, schema) === 'Person') === (kind === 'person'))
      .map((cells) => ({
        names: [cell(cells, one), cell(cells, other)] as const,
        isSame: cell(cells, truth) === 'true',
        isJoined: keyOf(cell(cells, one)) === keyOf(cell(cells, other)),
      }));
    const same = pairs.filter(({ isSame }) => isSame);
    const others = pairs.filter(({ isSame }) => !isSame);
    return {
      kind,
      sameNames: same.length,
      sameJoined: same.filter(({ isJoined }) => isJoined).length,
      otherNames: others.length,
      otherJoined: others.filter(({ isJoined }) => isJoined).map(({ names }) => names),
    };
  });
}

function keyByName(column: string, rule: KeyRule): (name: string) => string {
  const toRecord = createNormalizer([column, 'birth_date'], JOB);
  const keyOf = createDedupeKey([rule]);
  return (name) => {
    const key = keyOf(toRecord([name, BIRTH_DATE]), { dataset: 'names' });
    // A name that does not normalise identifies nobody, so it is like no other.
    return key?.rule === `${rule}.v1` ? key.key.toString('hex') : `none ${name}`;
  };
}
