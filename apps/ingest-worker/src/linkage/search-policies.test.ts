import { type LabelledRecord } from './read-linkage-set';
import { createRuleGroups } from './rule-groups';
import { scorePolicy } from './score-policy';
import { searchPolicies } from './search-policies';

const of = (cluster: string, record: LabelledRecord['record']): LabelledRecord => ({ cluster, record });

/** A family with one mailbox, and a person who has moved. */
const FAMILY = [
  of('jane', { email: 'doe@example.com', first_name: 'Jane', last_name: 'Doe' }),
  of('jane', { email: 'doe@example.com', first_name: 'JANE', last_name: 'Doe' }),
  of('john', { email: 'doe@example.com', first_name: 'John', last_name: 'Doe' }),
  of('zoe', { first_name: 'Zoë', last_name: 'Roe', birth_date: '1985-04-12', city: 'Bonn' }),
  of('zoe', { first_name: 'Zoe', last_name: 'Roe', birth_date: '1985-04-12', city: 'Ulm' }),
  of('ann', { first_name: 'Ann', last_name: 'Lee', attributes: { member: 'M-1' } }),
  of('ann', { first_name: 'Anne', last_name: 'Lee', attributes: { member: 'M-1' } }),
];

const search = (labelled: readonly LabelledRecord[], idColumns: readonly string[] = []) =>
  searchPolicies(createRuleGroups(labelled, idColumns));

describe('scorePolicy', () => {
  it('counts pairs: those of one, those joined, and those of both', () => {
    expect(scorePolicy(FAMILY, ['email', 'name+birth'])).toEqual({
      falsePairs: 2,
      precision: 2 / 4,
      recall: 2 / 3,
      f1: 4 / 7,
    });
  });

  it('calls joining nothing precise', () => {
    expect(scorePolicy(FAMILY, [])).toEqual({ falsePairs: 0, precision: 1, recall: 0, f1: 0 });
  });
});

describe('searchPolicies', () => {
  it('finds the policy that joins who is one and nobody else', () => {
    const { best, bestPrecise } = search(FAMILY, ['member']);
    expect(best).toBe(bestPrecise);
    expect(best).toMatchObject({ precision: 1, recall: 1, f1: 1 });
    expect(best.policy).toEqual(['email+name', 'name+birth', 'attribute:member']);
  });

  it('uses no column of the source that it was not given', () => {
    expect(search(FAMILY).best).toMatchObject({ precision: 1, recall: 2 / 3 });
  });

  it('tells the precise one from the one that finds more', () => {
    const sites = [
      of('a', { company: 'Acme', address: '1 Main St' }),
      of('a', { company: 'Acme', address: '1 Main St' }),
      of('a', { company: 'Acme', address: '1 Main Street' }),
      of('b', { company: 'Apex', address: '2 Main St' }),
      of('c', { company: 'Apex', address: '3 Main St' }),
    ];
    const { best, bestPrecise } = search(sites);
    expect(best).toMatchObject({ policy: ['company'], precision: 3 / 4, recall: 1 });
    // Whole rows find the pair too, and the shorter of two equal policies wins.
    expect(bestPrecise).toMatchObject({ policy: [], precision: 1, recall: 1 / 3 });
  });

  it('scores as the keys themselves do', () => {
    const { best, bestPrecise, compared } = search(FAMILY);
    expect(compared).toBeGreaterThan(30);
    for (const scored of [best, bestPrecise]) {
      const { policy = [], ...score } = scored ?? {};
      expect(score).toEqual(scorePolicy(FAMILY, policy));
    }
  });
});
