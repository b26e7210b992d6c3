/** The published record-linkage sets: the figures and policies of docs/dedupe.md hold. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_KEY_POLICY, keyPolicySchema } from '@bigdata/models';
import { dedupeKey } from '@bigdata/normalization';
import { evaluateNamePairs } from './evaluate-name-pairs';
import { LINKAGE_SETS } from './linkage-sets';
import { type LabelledRecord, readLinkageSet } from './read-linkage-set';
import { scorePolicy } from './score-policy';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const sets = new Map<string, readonly LabelledRecord[]>();
const labelledOf = (name: string): readonly LabelledRecord[] => sets.get(name) ?? [];

beforeAll(() => {
  for (const set of LINKAGE_SETS) sets.set(set.name, readLinkageSet(corpusFolder, set));
});

/** Cells of the rows of a table of the document. */
function tableOf(header: string): string[][] {
  const document = readFileSync(path.join(__dirname, '../../../../docs/dedupe.md'), 'utf8');
  const tables = document.split('\n\n').map((block) =>
    block.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    ),
  );
  const [, , ...rows] = tables.find(([first]) => first?.join(' | ') === header) ?? [];
  return rows;
}

const DEFAULTS = tableOf('set | records | true pairs | false pairs | precision | recall | F1 | reach');
const BEST = tableOf('set | policy | precision | recall | F1');

/** The document cuts shares after three digits. */
const DIGITS = 1e-9;

describe('the default key', () => {
  it('is documented for every set', () => {
    expect(DEFAULTS.map(([name]) => name)).toEqual(LINKAGE_SETS.map(({ name }) => name));
  });

  it.each(DEFAULTS)(
    '%s: joins no more false pairs and finds no fewer true ones than documented',
    (name = '', records, _truePairs, falsePairs, _precision, recall, f1) => {
      const labelled = labelledOf(name);
      const score = scorePolicy(labelled, DEFAULT_KEY_POLICY);
      expect(labelled).toHaveLength(Number(records));
      expect(score.falsePairs).toBeLessThanOrEqual(Number(falsePairs));
      expect(score.recall + DIGITS).toBeGreaterThanOrEqual(Number(recall));
      expect(score.f1 + DIGITS).toBeGreaterThanOrEqual(Number(f1));
    },
  );

  it('joins two where they share a mailbox, and two of one single name born on one day, and nobody else', () => {
    const joinedFalsely = (name: string) => {
      const keyed = labelledOf(name).map(({ record, cluster }) => ({
        record,
        cluster,
        key: dedupeKey(record, { dataset: name }),
      }));
      return [...Map.groupBy(keyed, ({ key }) => key?.key.toString('hex')).values()]
        .map((group) => ({
          rule: group[0]?.key?.rule,
          shared: group[0]?.record.email ?? group[0]?.record.full_name,
          people: new Set(group.map(({ cluster }) => cluster)).size,
        }))
        .filter(({ people }) => people > 1);
    };
    const found = LINKAGE_SETS.map(({ name }) => [name, joinedFalsely(name)] as const);
    const mailboxes = [
      { rule: 'email.v1', shared: 'kusha123@hmail.com', people: 4 },
      { rule: 'email.v1', shared: 'info@ca-state.gov', people: 19 },
    ];
    expect(Object.fromEntries(found.filter(([, groups]) => groups.length > 0))).toEqual({
      'splink-historical-a': [{ rule: 'name+birth.v1', shared: 'Wally', people: 2 }],
      'senzing customers': mailboxes,
      'senzing all': mailboxes,
      'senzing all + ids': mailboxes,
    });
  });
});

describe('the policies found best', () => {
  it('are documented for every set', () => {
    expect([...new Set(BEST.map(([name]) => name))]).toEqual(LINKAGE_SETS.map(({ name }) => name));
  });

  it.each(BEST)('%s, %s: no worse than documented', (name = '', policy = '', precision, recall, f1) => {
    const score = scorePolicy(labelledOf(name), keyPolicySchema.parse(policy.split(' ')));
    expect(score.precision + DIGITS).toBeGreaterThanOrEqual(Number(precision));
    expect(score.recall + DIGITS).toBeGreaterThanOrEqual(Number(recall));
    expect(score.f1 + DIGITS).toBeGreaterThanOrEqual(Number(f1));
  });
});

test('no names of two persons or companies are one', () => {
  const results = evaluateNamePairs(corpusFolder);
  expect(results.map(({ sameNames, otherNames }) => sameNames + otherNames)).toEqual([327, 180]);
  expect(results.flatMap(({ otherJoined }) => otherJoined)).toEqual([]);
  for (const { kind, sameJoined } of results) {
    expect(sameJoined).toBeGreaterThanOrEqual(kind === 'person' ? 10 : 16);
  }
});
