import { foldForMatch } from './fold';
import { refused, type NormalizedValue } from './result';
import { boundedText } from './text';

const RAW_LENGTH_MAX = 64;

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    female:
      'female f woman girl w weiblich frau femme feminin feminino femenino femenina femminile femme mujer mulher donna vrouw kvinna kvinne kobieta she her 女 女性 여 여성 여자 жен женский ж',
    male: 'male m man boy mannlich maennlich mann herr homme masculin masculino maschile hombre homem uomo man he him 男 男性 남 남성 남자 муж мужской м',
    other:
      'other x nonbinary enby diverse divers d genderqueer genderfluid agender intersex autre otro andere anders altro outro they them',
  }).flatMap(([gender, words]) => words.split(' ').map((word) => [foldForMatch(word), gender] as const)),
);

/** `female`, `male` or `other`. What states that nothing is known ("unknown", "n/a") is refused like any other text. */
export const normalizeGender = (raw: string): NormalizedValue => {
  const text = boundedText(raw, RAW_LENGTH_MAX);
  if (typeof text !== 'string') return text;
  const gender = SPELLINGS.get(foldForMatch(text)) ?? SPELLINGS.get(foldForMatch(text).replaceAll(' ', ''));
  return gender === undefined ? refused('invalid_gender') : { ok: true, value: gender };
};
