import { presentedKey } from './presented-key';

test('a key is found in either header', () => {
  expect(presentedKey({ 'x-api-key': 'k' })).toEqual({ kind: 'key', text: 'k' });
  expect(presentedKey({ authorization: 'Bearer k' })).toEqual({ kind: 'key', text: 'k' });
  expect(presentedKey({ authorization: 'bEARER   k ' })).toEqual({ kind: 'key', text: 'k' });
});

test('two headers agree or contradict each other', () => {
  expect(presentedKey({ 'x-api-key': 'k', authorization: 'Bearer k' })).toEqual({ kind: 'key', text: 'k' });
  expect(presentedKey({ 'x-api-key': 'k', authorization: 'Bearer other' })).toEqual({
    kind: 'contradiction',
  });
});

test.each([{}, { 'x-api-key': '' }, { authorization: 'Basic dXNlcjpw' }, { authorization: 'Bearer ' }])(
  'nothing that could be a key is no key: %j',
  (headers) => {
    expect(presentedKey(headers)).toEqual({ kind: 'none' });
  },
);
