import { normalizeName } from './name';

describe('normalizeName', () => {
  it.each([
    ['SMITH', 'Smith'],
    ['smith', 'Smith'],
    ['  van   der\u00a0Berg ', 'van der Berg'],
    ['VAN DER BERG', 'van der Berg'],
    ['DE LA CRUZ', 'de la Cruz'],
    ['LA ROSA', 'La Rosa'],
    ['MCDONALD', 'McDonald'],
    ['mcdonald', 'McDonald'],
    ['MACARTHUR', 'MacArthur'],
    ['MACHADO', 'Machado'],
    ["O'NEILL", "O'Neill"],
    ['o’neill', 'O’Neill'],
    ["D'ANGELO", "D'Angelo"],
    ["dell'aquila", "Dell'Aquila"],
    ["SA'ID", "Sa'id"],
    ["'t HOOFT", "'t HOOFT"],
    ["'T HOOFT", "'t Hooft"],
    ['SMITH-JONES', 'Smith-Jones'],
    ['ÉMILE', 'Émile'],
    ['İBRAHİM', 'İbrahim'],
    ['GROẞ', 'Groß'],
    ['J.R.R.', 'J.R.R.'],
    ['j.r.', 'J.R.'],
    ['HENRY VIII', 'Henry VIII'],
  ])('repairs accidental case and space: %j is %j', (raw, value) => {
    expect(normalizeName(raw)).toEqual({ ok: true, value });
  });

  it.each([
    'McDonald',
    'DeVito',
    'van Gogh',
    'bell Hooks',
    'ΠΑΠΑΔΟΠΟΥΛΟΣ',
    'ИВАНОВ',
    'иванов',
    '王',
    'محمد',
    'JD',
  ])('leaves %j as it is written', (raw) => {
    expect(normalizeName(raw)).toEqual({ ok: true, value: raw });
  });

  it('keeps the capital of a particle that begins a given name', () => {
    expect(normalizeName('VAN DYKE', { part: 'given' })).toEqual({ ok: true, value: 'Van Dyke' });
    expect(normalizeName('VAN DYKE', { part: 'family' })).toEqual({ ok: true, value: 'van Dyke' });
  });

  it('removes control and direction characters, keeps joiners', () => {
    expect(normalizeName('Ja\u0000ne\u202e\ufeff')).toEqual({ ok: true, value: 'Jane' });
    expect(normalizeName('نیک\u200cآئین')).toEqual({ ok: true, value: 'نیک\u200cآئین' });
  });

  it('gives one spelling for two Unicode forms', () => {
    expect(normalizeName('Zoe\u0308')).toEqual({ ok: true, value: 'Zo\u00eb' });
  });

  it('refuses what holds no letter', () => {
    for (const raw of ['', ' ', '-', '???', '\u0000']) {
      expect(normalizeName(raw)).toEqual({ ok: false, code: 'empty' });
    }
    expect(normalizeName('a'.repeat(513))).toEqual({ ok: false, code: 'too_long' });
  });
});
