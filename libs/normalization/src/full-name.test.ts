import { joinName, parseFullName } from './full-name';

/** prefix | first | middle | last | suffix → full */
const parsed = (raw: string): string => {
  const name = parseFullName(raw);
  return name.ok
    ? `${name.prefix}|${name.first}|${name.middle}|${name.last}|${name.suffix} → ${name.full}`
    : name.code;
};

describe('parseFullName', () => {
  it.each([
    ['Jane Doe', '|Jane||Doe| → Jane Doe'],
    ['Jane', '|Jane||| → Jane'],
    ['JANE MARIE DOE', '|Jane|Marie|Doe| → Jane Marie Doe'],
    ['Dr. Jane A. Doe, PhD', 'Dr.|Jane|A.|Doe|PhD → Dr. Jane A. Doe PhD'],
    ['mr. john doe jr.', 'Mr.|John||Doe|Jr. → Mr. John Doe Jr.'],
    ['Rev. Dr. John Doe', 'Rev. Dr.|John||Doe| → Rev. Dr. John Doe'],
    ['The Hon. John Doe', 'The Hon.|John||Doe| → The Hon. John Doe'],
    ['Herr Jürgen Groß', 'Herr|Jürgen||Groß| → Herr Jürgen Groß'],
    ['Д-р Ольга Петренко', 'Д-р|Ольга||Петренко| → Д-р Ольга Петренко'],
    ['Mr. Doe', 'Mr.|||Doe| → Mr. Doe'],
    ['Mr.John Doe', 'Mr.|John||Doe| → Mr. John Doe'],
    ['Mr & Mrs John Doe', 'Mr & Mrs|John||Doe| → Mr & Mrs John Doe'],
    ['Dr. med. Anna Doe', 'Dr. med.|Anna||Doe| → Dr. med. Anna Doe'],
    ['Dean Martin', '|Dean||Martin| → Dean Martin'],
    ['Dean John Martin', 'Dean|John||Martin| → Dean John Martin'],
  ])('splits %j in natural order', (raw, expected) => {
    expect(parsed(raw)).toBe(expected);
  });

  it.each([
    ['Doe, Jane', '|Jane||Doe| → Jane Doe'],
    ['DOE, JANE M.', '|Jane|M.|Doe| → Jane M. Doe'],
    ['Doe, John Q., Jr.', '|John|Q.|Doe|Jr. → John Q. Doe Jr.'],
    ['Doe Jr., John', '|John||Doe|Jr. → John Doe Jr.'],
    ['Doe, Dr. Jane', 'Dr.|Jane||Doe| → Dr. Jane Doe'],
    ['van der Berg, Willem', '|Willem||van der Berg| → Willem van der Berg'],
    ['Berg, Willem van der', '|Willem||van der Berg| → Willem van der Berg'],
    ['García López, María', '|María||García López| → María García López'],
    ['Smith, Ma', '|Ma||Smith| → Ma Smith'],
    ['SMITH, John', '|John||Smith| → John Smith'],
  ])('splits %j with the surname first', (raw, expected) => {
    expect(parsed(raw)).toBe(expected);
  });

  it.each([
    ['Ludwig van Beethoven', '|Ludwig||van Beethoven| → Ludwig van Beethoven'],
    ['Van Morrison', '|Van||Morrison| → Van Morrison'],
    ['Juana Inés de la Cruz', '|Juana|Inés|de la Cruz| → Juana Inés de la Cruz'],
    ['JUANA DE LA CRUZ', '|Juana||de la Cruz| → Juana de la Cruz'],
    ['José Ortega y Gasset', '|José||Ortega y Gasset| → José Ortega y Gasset'],
    ['Robert St. John', '|Robert||St. John| → Robert St. John'],
    ["SINÉAD O'CONNOR", "|Sinéad||O'Connor| → Sinéad O'Connor"],
  ])('knows the particles of %j', (raw, expected) => {
    expect(parsed(raw)).toBe(expected);
  });

  it.each([
    ['John Smith III', '|John||Smith|III → John Smith III'],
    ['Jason Senior', '|Jason||Senior| → Jason Senior'],
    ['John Smith, M.D., Ph. D.', '|John||Smith|M.D. Ph.D. → John Smith M.D. Ph.D.'],
    ['Jane Doe, RN-BC, PhD', '|Jane||Doe|RN-BC PhD → Jane Doe RN-BC PhD'],
    ['Jack Ma', '|Jack||Ma| → Jack Ma'],
    ['John Jr.', '|John|||Jr. → John Jr.'],
  ])('knows the suffixes of %j', (raw, expected) => {
    expect(parsed(raw)).toBe(expected);
  });

  it.each([
    ['Jimmy (Bubba) Smith', 'Bubba', 'Jimmy (Bubba) Smith'],
    ['John "Jack" Doe', 'Jack', 'John "Jack" Doe'],
    ['Doe, John “Jack”', 'Jack', 'John “Jack” Doe'],
    ["John 'Jack' O'Neill", 'Jack', "John 'Jack' O'Neill"],
  ])('keeps the nickname of %j', (raw, nickname, full) => {
    expect(parseFullName(raw)).toMatchObject({
      nickname,
      full,
      first: expect.stringMatching(/^J/) as string,
    });
  });

  it('reads Chinese, Japanese and Korean names family first and never cuts one without a space', () => {
    expect(parsed('김 지우')).toBe('|지우||김| → 김 지우');
    expect(parsed('佐藤 さくら')).toBe('|さくら||佐藤| → 佐藤 さくら');
    expect(parsed('王小明')).toBe('|||| → 王小明');
  });

  it('refuses text without a letter or digit', () => {
    expect(parsed(' ,"" () ')).toBe('empty');
    expect(parsed('x'.repeat(513))).toBe('too_long');
  });
});

describe('joinName', () => {
  it('joins the parts that are there', () => {
    expect(joinName({ prefix: 'Dr.', first: 'Jane', middle: '', last: 'Doe', suffix: 'PhD' })).toBe(
      'Dr. Jane Doe PhD',
    );
    expect(joinName({ first: 'Jane' })).toBe('Jane');
    expect(joinName({})).toBe('');
  });
});
