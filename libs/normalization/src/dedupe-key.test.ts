import { createEmailKey, dedupeKey, recordIdFromKey, type DedupeRecord } from './dedupe-key';
import { emailMatchKey } from './email-providers';

const DATASET = 'people';

const keyOf = (record: DedupeRecord, dataset = DATASET): string => {
  const result = dedupeKey(record, { dataset });
  return result ? `${result.rule} ${recordIdFromKey(result.key)}` : 'none';
};

/** Stored keys depend on these: a vector never changes, a new rule version gets vectors of its own. */
const VECTORS: readonly [record: DedupeRecord, dataset: string, key: string][] = [
  [{ email: 'jane.doe@example.com' }, 'people', 'email.v1 946e4759c7203a4ca460bdc441d685c7'],
  [{ email: 'jane.doe@example.com' }, 'leads', 'email.v1 bc82747c0f5e924153ca253b0ba68a4f'],
  [
    { email: 'jane.doe+news@gmail.com', phone: '+14155550132', last_name: 'Doe' },
    'people',
    'email.v1 ec0c9ee976c0e036ea001a54fe662759',
  ],
  [
    { phone: '+14155550132', last_name: "O'Neill", first_name: 'Zoë' },
    'people',
    'phone+last.v1 a1b3b73889874368f09bf887f328660f',
  ],
  [
    { phone: '+14155550132', full_name: '王小明' },
    'people',
    'phone+name.v1 96adb8124f446190e9767c679a726f22',
  ],
  [
    { phone: '+14155550132', company: 'Acme, Inc.' },
    'people',
    'phone+company.v1 7900c3f76e6a06401c4e228c7910099f',
  ],
  [{ phone: '+14155550132' }, 'people', 'phone.v1 f9082a2ac6316ddc652214afd050005c'],
  [
    { first_name: 'Jane', middle_name: 'Q.', last_name: 'Doe', name_suffix: 'Jr.', birth_date: '1985-04-12' },
    'people',
    'name+birth.v1 b333788485f6aa8399ec57c793728363',
  ],
  [
    { first_name: 'Jane', last_name: 'Doe', postal_code: '94105', country: 'US' },
    'people',
    'name+postal.v1 0ab46e01e4798df25aa6fb6b3e0e710f',
  ],
  [
    { company: 'Acme', city: 'Zürich', attributes: { tier: 'Gold', 'Loyalty №': '7' } },
    'people',
    'row.v1 be942b65950c7d6a40a0b7d77e001a40',
  ],
];

describe('dedupeKey', () => {
  it.each(VECTORS)('is fixed for %j in %s', (record, dataset, key) => {
    expect(keyOf(record, dataset)).toBe(key);
  });

  it('is 16 bytes, and 32 hexadecimal characters as a record id', () => {
    const result = dedupeKey({ email: 'jane.doe@example.com' }, { dataset: DATASET });
    expect(result?.key).toHaveLength(16);
    expect(recordIdFromKey(result?.key ?? Buffer.alloc(0))).toMatch(/^[0-9a-f]{32}$/);
  });

  it('takes the best identifiers that are there and no others', () => {
    const all = {
      email: 'jane.doe@example.com',
      phone: '+14155550132',
      first_name: 'Jane',
      last_name: 'Doe',
      birth_date: '1985-04-12',
      postal_code: '94105',
    };
    expect(keyOf(all)).toBe(keyOf({ email: all.email }));
    const { email: _email, ...withoutEmail } = all;
    expect(keyOf(withoutEmail)).toBe(keyOf({ phone: all.phone, last_name: 'Doe' }));
    const { phone: _phone, ...named } = withoutEmail;
    expect(keyOf(named)).toMatch(/^name\+birth\.v1 /);
    expect(keyOf({ ...named, birth_date: '' })).toMatch(/^name\+postal\.v1 /);
    expect(keyOf({ ...named, birth_date: null, postal_code: undefined })).toMatch(/^row\.v1 /);
  });

  it('is one for every spelling of a mailbox', () => {
    expect(keyOf({ email: 'janedoe@gmail.com' })).toBe(keyOf({ email: 'jane.doe+x@googlemail.com' }));
  });

  it('is one whether a name comes whole or in parts', () => {
    const phone = '+14155550132';
    expect(keyOf({ phone, full_name: 'Dr. Jane van der Berg' })).toBe(
      keyOf({ phone, last_name: 'VAN DER BERG' }),
    );
    const birth_date = '1985-04-12';
    expect(keyOf({ birth_date, full_name: 'Dr. Jane Q. Doe Jr.' })).toBe(
      keyOf({
        birth_date,
        name_prefix: 'Ms.',
        first_name: 'JANE',
        middle_name: 'Q',
        last_name: 'Doe',
        name_suffix: 'Jr',
      }),
    );
  });

  it('keeps apart who only shares a number, a name or a house', () => {
    const phone = '+14155550132';
    expect(keyOf({ phone, last_name: 'Doe' })).not.toBe(keyOf({ phone, last_name: 'Roe' }));
    expect(keyOf({ phone, first_name: 'Jane' })).not.toBe(keyOf({ phone, first_name: 'John' }));
    expect(keyOf({ phone, company: 'Acme' })).not.toBe(keyOf({ phone, company: 'Apex' }));
    expect(keyOf({ first_name: 'Jane', last_name: 'Doe', birth_date: '1985-04-12' })).not.toBe(
      keyOf({ first_name: 'Jane', last_name: 'Doe', birth_date: '1985-04-13' }),
    );
    const father = { first_name: 'John', last_name: 'Doe', postal_code: '94105' };
    expect(keyOf(father)).not.toBe(keyOf({ ...father, name_suffix: 'Jr.' }));
    expect(keyOf({ ...father, country: 'US' })).not.toBe(keyOf({ ...father, country: 'MX' }));
  });

  it('cannot be forged by moving text between neighbours', () => {
    expect(keyOf({ city: 'ab', company: 'c' })).not.toBe(keyOf({ city: 'a', company: 'bc' }));
    expect(keyOf({ attributes: { a: '1:b,', b: 'x' } })).not.toBe(
      keyOf({ attributes: { a: '1', b: ':b,x' } }),
    );
    expect(keyOf({ city: 'x' })).not.toBe(keyOf({ attributes: { city: 'x' } }));
    expect(keyOf({ email: 'a@b.example' }, 'x')).not.toBe(keyOf({ email: 'a@b.example' }, 'x,'));
  });

  it('is none when every field is empty', () => {
    expect(dedupeKey({}, { dataset: DATASET })).toBeNull();
    expect(
      dedupeKey({ email: '', phone: null, city: undefined, attributes: { tier: '' } }, { dataset: DATASET }),
    ).toBeNull();
  });
});

describe('the key by an e-mail address in memory', () => {
  it.each(VECTORS.filter(([, , key]) => key.startsWith('email.v1')))(
    'is that of %j',
    (record, dataset, key) => {
      expect(keyInMemory(record.email ?? '', dataset)).toBe(key);
    },
  );

  it.each([1, 9, 10, 99, 100, 254])('is that of the record for an address of %i bytes more', (length) => {
    const email = `${'é'.repeat(length)}@example.com`;
    expect(keyInMemory(email, DATASET)).toBe(keyOf({ email }));
    expect(keyInMemory('a@b.example', DATASET)).toBe(keyOf({ email: 'a@b.example' }));
  });
});

const keyInMemory = (email: string, dataset: string): string => {
  const before = Buffer.from('before,');
  const address = Buffer.from(emailMatchKey(email));
  const bytes = Buffer.concat([before, address, Buffer.from(',behind')]);
  const keyOfEmail = createEmailKey(dataset);
  // A longer one first: nothing of it may be left.
  keyOfEmail(Buffer.alloc(300, 'x'), 0, 300);
  const { key, rule } = keyOfEmail(bytes, before.length, before.length + address.length);
  return `${rule} ${recordIdFromKey(Buffer.from(key, 'latin1'))}`;
};
