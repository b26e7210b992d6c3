import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CATALOGUE_RULES, DEFAULT_KEY_POLICY, type KeyPolicy, type KeyRule } from '@bigdata/models';
import { createDedupeKey, dedupeKey, recordIdFromKey, type DedupeRecord } from './dedupe-key';

const DATASET = 'people';

const keyOf = (record: DedupeRecord, policy: KeyPolicy): string => {
  const result = dedupeKey(record, { dataset: DATASET, policy });
  return result ? `${result.rule} ${recordIdFromKey(result.key)}` : 'none';
};

const JANE: DedupeRecord = {
  email: 'jane.doe@example.com',
  phone: '+14155550132',
  full_name: 'Dr. Jane Q. Doe Jr.',
  first_name: 'Jane',
  middle_name: 'Q.',
  last_name: 'Doe',
  name_prefix: 'Dr.',
  name_suffix: 'Jr.',
  birth_date: '1985-04-12',
  company: 'Acme, Inc.',
  address: '1 Main Street',
  city: 'Zürich',
  region: 'ZH',
  postal_code: '8001',
  country: 'CH',
  attributes: { rec_id: 'A-17' },
};

/** Of JANE, by one rule each. Stored keys depend on these: a vector never changes, a new rule version gets its own. */
const VECTORS: readonly [rule: KeyRule, key: string][] = [
  ['email', 'email.v1 946e4759c7203a4ca460bdc441d685c7'],
  ['email+last', 'email+last.v1 bc0e73157734e5d4bdfc776b67630cc0'],
  ['email+name', 'email+name.v1 106bba8828c585a2acfde6928cf38511'],
  ['phone', 'phone.v1 f9082a2ac6316ddc652214afd050005c'],
  ['phone+last', 'phone+last.v1 ccb9089138860264a49266b4a3c9ecad'],
  ['phone+first+last', 'phone+first+last.v1 5ee62e4d94289a70c2f3dac441f3abce'],
  ['phone+name', 'phone+name.v1 a201b651d0f34480949b8119ac6e451f'],
  ['phone+company', 'phone+company.v1 7900c3f76e6a06401c4e228c7910099f'],
  ['name+birth', 'name+birth.v1 b333788485f6aa8399ec57c793728363'],
  ['first+last+birth', 'first+last+birth.v1 7e23e0b7060bdef9c8aa27f4b47997ad'],
  ['words+birth', 'words+birth.v1 7d7ac01c1d5515b2d7380430a631d555'],
  ['initial+last+birth', 'initial+last+birth.v1 97d62f9e60d459330727c7ca778dd685'],
  ['first+birth+postal', 'first+birth+postal.v1 588f15c0d662e5e2f22aeb434b01f4c6'],
  ['last+birth+postal', 'last+birth+postal.v1 fc10a12034826ed49a10c48aaac7d991'],
  ['birth+postal', 'birth+postal.v1 739258080689b101d4dea70fbea6cd58'],
  ['name+postal', 'name+postal.v1 096333cff60d6a46ac030517ca193454'],
  ['first+last+postal', 'first+last+postal.v1 43102e131a6fae7f34984d5695381052'],
  ['name+city', 'name+city.v1 93693e8f03646778be72c2397cc28e0e'],
  ['name+address', 'name+address.v1 f077d43901d45ae4b52f712bdd6d1ffd'],
  ['name+company', 'name+company.v1 f9cf9f34a1894430e19baa4887be57f0'],
  ['company+postal', 'company+postal.v1 a9e4a0ce8caffd4ed39a8728f1684c14'],
  ['company+city', 'company+city.v1 2f85b9cb52cd9182d827ea68b2d28024'],
  ['company+address', 'company+address.v1 d57126639313de401e3879f5eed87d1f'],
  ['company', 'company.v1 2d334a4b77990ca69fb8fab0781e8505'],
  ['address+postal', 'address+postal.v1 ce324fadaf343297ec31d91b595be403'],
  ['address+city', 'address+city.v1 8f26db3f63a2862fc309dddff53cb9e2'],
  ['attribute:rec_id', 'attribute.v1 67c6621d632dc626947a9b070d56bd36'],
];

describe('every rule of the catalogue', () => {
  it('has a vector', () => {
    expect(VECTORS.map(([rule]) => rule)).toEqual([...CATALOGUE_RULES, 'attribute:rec_id']);
  });

  it.each(VECTORS)('%s is fixed', (rule, key) => {
    expect(keyOf(JANE, [rule])).toBe(key);
  });

  it('is described with its vector', () => {
    const document = readFileSync(path.join(__dirname, '../../../docs/dedupe.md'), 'utf8');
    const lines = document.split('\n');
    const missing = VECTORS.map(([, key]) => key.split(' ')).filter(
      ([version = '', hex = '']) =>
        !lines.some((line) => line.includes(`\`${version}\``) && line.includes(hex)),
    );
    expect(missing).toEqual([]);
  });

  it('applies to no row that lacks one of its parts', () => {
    for (const rule of [...CATALOGUE_RULES, 'attribute:rec_id'] as const) {
      expect(keyOf({ gender: 'female' }, [rule])).toMatch(/^row\.v1 /);
      expect(keyOf({ gender: 'female', attributes: { other: 'x' } }, [rule])).toMatch(/^row\.v1 /);
      expect(keyOf({}, [rule])).toBe('none');
    }
    expect(keyOf({ full_name: 'Jane' }, ['first+last+birth', 'name+birth'])).toMatch(/^row\.v1 /);
    expect(
      keyOf({ full_name: 'Jane', birth_date: '1985-04-12' }, ['first+last+birth', 'name+birth']),
    ).toMatch(/^name\+birth\.v1 /);
  });
});

describe('a policy', () => {
  const { email: _email, phone: _phone, ...named } = JANE;

  it('tries its rules in its order', () => {
    expect(keyOf(JANE, ['email', 'name+birth'])).toBe(keyOf(JANE, ['email']));
    expect(keyOf(JANE, ['name+birth', 'email'])).toBe(keyOf(JANE, ['name+birth']));
    expect(keyOf(named, ['email', 'phone+last', 'name+postal'])).toBe(keyOf(named, ['name+postal']));
  });

  it('compares whole rows where none of its rules applies, and all rows when it has none', () => {
    expect(keyOf({ company: 'Acme' }, ['email'])).toMatch(/^row\.v1 /);
    expect(keyOf(JANE, [])).toMatch(/^row\.v1 /);
    expect(keyOf({ ...JANE }, [])).toBe(keyOf(JANE, []));
  });

  it('gives the default keys by default, compiled once or not', () => {
    for (const record of [JANE, named, { phone: '+14155550132', company: 'Acme' }, { city: 'Zürich' }, {}]) {
      const key = dedupeKey(record, { dataset: DATASET });
      expect(dedupeKey(record, { dataset: DATASET, policy: DEFAULT_KEY_POLICY })).toEqual(key);
      expect(createDedupeKey(DEFAULT_KEY_POLICY)(record, { dataset: DATASET })).toEqual(key);
    }
  });

  it('keeps datasets apart', () => {
    const keyIn = (dataset: string) => dedupeKey(JANE, { dataset, policy: ['words+birth'] })?.key;
    expect(keyIn('people')).not.toEqual(keyIn('leads'));
  });
});

describe('parts', () => {
  const birth_date = '1985-04-12';

  it('first, initial and last are those of a name that came whole, too', () => {
    const whole = { full_name: 'Dr. Émile van der Berg', birth_date };
    const inParts = { first_name: 'Emile', last_name: 'VAN DER BERG', birth_date };
    for (const rule of ['first+last+birth', 'initial+last+birth', 'words+birth'] as const) {
      expect(keyOf(whole, [rule])).toBe(keyOf(inParts, [rule]));
    }
    expect(keyOf({ ...inParts, first_name: 'É.' }, ['initial+last+birth'])).toBe(
      keyOf(inParts, ['initial+last+birth']),
    );
  });

  it('words are one whichever name is the family name', () => {
    expect(keyOf({ first_name: 'Jane', last_name: 'Doe', birth_date }, ['words+birth'])).toBe(
      keyOf({ first_name: 'doe', last_name: 'JANE', birth_date }, ['words+birth']),
    );
  });

  it('a middle name and a suffix count in name, and not in first and last', () => {
    const bare = { first_name: 'Jane', last_name: 'Doe', birth_date };
    const full = { ...bare, middle_name: 'Q.', name_suffix: 'Jr.' };
    expect(keyOf(bare, ['name+birth'])).not.toBe(keyOf(full, ['name+birth']));
    expect(keyOf(bare, ['first+last+birth'])).toBe(keyOf(full, ['first+last+birth']));
  });

  it('cities of one name in two regions or countries are two', () => {
    const acme = { company: 'Acme', city: 'Springfield' };
    const keys = [acme, { ...acme, region: 'IL' }, { ...acme, region: 'MA' }, { ...acme, country: 'US' }];
    expect(new Set(keys.map((record) => keyOf(record, ['company+city']))).size).toBe(4);
  });

  it('an attribute counts letter by letter, under its own name, and only when it is a column', () => {
    const keyOfAttributes = (attributes: Record<string, string>, rule: KeyRule) =>
      keyOf({ company: 'Acme', attributes }, [rule]);
    expect(keyOfAttributes({ id: 'A-17' }, 'attribute:id')).not.toBe(
      keyOfAttributes({ id: 'a-17' }, 'attribute:id'),
    );
    expect(keyOfAttributes({ id: '7' }, 'attribute:id')).not.toBe(
      keyOfAttributes({ no: '7' }, 'attribute:no'),
    );
    expect(keyOfAttributes({ id: '7' }, 'attribute:constructor')).toMatch(/^row\.v1 /);
    expect(keyOfAttributes({ constructor: '7' }, 'attribute:constructor')).toMatch(/^attribute\.v1 /);
  });
});
