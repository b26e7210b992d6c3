import {
  CATALOGUE_RULES,
  DEFAULT_KEY_POLICY,
  KEY_RULES,
  type KeyPolicy,
  keyPolicySchema,
} from './key-policy';

const problemsOf = (input: unknown): [path: string, message: string][] =>
  keyPolicySchema.safeParse(input).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];

describe('the catalogue', () => {
  it('names every rule by its parts, so that no two rules are one', () => {
    const parts = Object.values(KEY_RULES).map((rule) => rule.parts.join('+'));
    expect(new Set(parts).size).toBe(parts.length);
    expect(parts.map((text) => text.replace('whole_name', 'name'))).toEqual(CATALOGUE_RULES);
  });
});

describe('keyPolicySchema', () => {
  it.each<KeyPolicy>([
    DEFAULT_KEY_POLICY,
    ['email', 'phone+last', 'name+birth'],
    ['attribute:rec_id', 'attribute:Id Nº', 'name+birth'],
    [],
  ])('takes %j as it is', (...policy) => {
    expect(keyPolicySchema.parse(policy)).toEqual(policy);
  });

  it('takes every rule of the catalogue', () => {
    for (const rule of CATALOGUE_RULES) expect(keyPolicySchema.parse([rule])).toEqual([rule]);
  });

  it('refuses an unknown rule where it stands, with the nearest one and all there are', () => {
    const known = `the rules are ${CATALOGUE_RULES.join(', ')} and attribute:<column>`;
    expect(problemsOf(['email', 'phone+lst', 7, 'toString'])).toEqual([
      ['1', `unknown rule, did you mean "phone+last"?; ${known}`],
      ['2', `a rule is a text; ${known}`],
      ['3', `unknown rule; ${known}`],
    ]);
  });

  it('refuses what is no policy, and says why', () => {
    expect(problemsOf('email')).toEqual([
      ['', 'a key policy is a list of rules, such as ["email", "phone+last"]'],
    ]);
    expect(problemsOf(['email', 'row'])).toEqual([
      ['1', 'the whole row always comes last and is not listed'],
    ]);
    const column = 'attribute: is followed by the name of a column, of 1 to 256 characters';
    expect(problemsOf(['attribute:', `attribute:${'x'.repeat(257)}`])).toEqual([
      ['0', column],
      ['1', column],
    ]);
    const many = Array.from({ length: 17 }, (_, index) => `attribute:${index}`);
    expect(problemsOf(many)).toEqual([['', 'a key policy has at most 16 rules']]);
  });

  it('refuses a rule that no row would ever come to', () => {
    expect(problemsOf(['email', 'email'])).toEqual([['1', 'the rule email is listed twice']]);
    expect(problemsOf(['attribute:id', 'email', 'attribute:id'])).toEqual([
      ['2', 'the rule attribute:id is listed twice'],
    ]);
    expect(problemsOf(['phone', 'email', 'phone+last'])).toEqual([
      ['2', 'the rule phone+last would never apply: phone, before it, takes every row that it would'],
    ]);
  });
});
