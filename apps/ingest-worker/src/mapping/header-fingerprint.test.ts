import fc from 'fast-check';
import { headerFingerprint } from './header-fingerprint';
import { columnNames } from './header-text';

const HEADERS = ['E-Mail', 'First Name', 'Téléphone', '#', ''];

test('case, accents, spaces, punctuation and the split of words change nothing', () => {
  expect(headerFingerprint(['e_mail', 'firstName ', 'TELEPHONE', ' # ', ' '])).toBe(
    headerFingerprint(HEADERS),
  );
});

test('words, their order and the number of columns do', () => {
  const others = [
    ['E-Mail', 'Last Name', 'Téléphone', '#', ''],
    ['First Name', 'E-Mail', 'Téléphone', '#', ''],
    ['E-Mail', 'First Name', 'Téléphone', '#'],
    ['E-Mail', 'First Name', 'Téléphone', '%', ''],
    [],
  ];
  const fingerprints = [HEADERS, ...others].map(headerFingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});

test('names made unique have the fingerprint of the header they come from', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('Note', 'Note_2', 'email', ' email', '', '#'), { maxLength: 8 }),
      (headers) => {
        expect(headerFingerprint(columnNames(headers))).toBe(headerFingerprint(headers));
      },
    ),
  );
});

test('remembered fingerprints stay what they are', () => {
  expect(headerFingerprint(['Email', 'Name'])).toMatch(/^[0-9a-f]{64}$/);
  expect(headerFingerprint(['Email', 'Name'])).toMatchInlineSnapshot(
    `"a249d7b68c7b8c2b562773cb45015e27a4e47f434ae50dc28fbe6d8302fb5f5c"`,
  );
});
