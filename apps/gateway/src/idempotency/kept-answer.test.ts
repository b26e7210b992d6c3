import { Secret } from '@bigdata/platform';
import { createAnswerSeal, type KeptAnswer } from './kept-answer';

const answer: KeptAnswer = {
  status: 201,
  headers: { 'content-type': 'application/json', link: ['a', 'b'] },
  body: Buffer.from('{"api_key":"shown once"}\n\n\u00e9'),
  rows: 3,
};
const seal = createAnswerSeal(new Secret('one secret'));

test('what is sealed opens as it was, and shows nothing before', () => {
  const sealed = seal.seal(answer, 'here');
  expect(sealed.toString('latin1')).not.toContain('shown once');
  expect(seal.open(sealed, 'here')).toEqual(answer);
  expect(seal.seal(answer, 'here')).not.toEqual(sealed);
});

test('it opens with the secret of before, for as long as that is given', () => {
  const sealed = seal.seal(answer, 'here');
  const [current, previous] = [new Secret('another'), new Secret('one secret')];
  expect(createAnswerSeal(current, [new Secret('a third'), previous]).open(sealed, 'here')).toEqual(answer);
  expect(createAnswerSeal(current, [new Secret('a third')]).open(sealed, 'here')).toBeNull();
});

test('it opens for no other place and no other secret, and not when it was touched', () => {
  const sealed = seal.seal(answer, 'here');
  expect(seal.open(sealed, 'there')).toBeNull();
  expect(createAnswerSeal(new Secret('another')).open(sealed, 'here')).toBeNull();
  for (const index of [0, 13, sealed.length - 1]) {
    const touched = Buffer.from(sealed);
    touched.writeUInt8(touched.readUInt8(index) ^ 1, index);
    expect(seal.open(touched, 'here')).toBeNull();
  }
  expect(seal.open(Buffer.alloc(3), 'here')).toBeNull();
});
