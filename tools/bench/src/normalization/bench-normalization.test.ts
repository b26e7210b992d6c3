import { benchNormalization } from './bench-normalization';

describe('the normalisation benchmark', () => {
  it('measures a small sample, and telephone numbers agree with Google', async () => {
    const { figures, tables } = await benchNormalization({
      rows: 500,
      designs: undefined,
      formats: undefined,
      processes: undefined,
      env: {},
      progress: () => undefined,
    });
    expect(figures).toMatchObject({ phones_agreement: 1, phones_rows: 500, node: process.version });
    for (const name of [
      'phones_per_s',
      'phones_ratio_to_libphonenumber_js',
      'emails_per_s',
      'names_per_s',
      'phones_agreement_rows',
    ]) {
      expect(figures[name]).toBeGreaterThan(0);
    }
    expect(tables[0]?.rows.length).toBeGreaterThan(4);
  });
});
