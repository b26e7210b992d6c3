import { JOB_CATALOGUE } from './catalogue';

const id = '0199a000-0000-7000-8000-000000000001';

test.each(Object.entries(JOB_CATALOGUE))(
  'data of %s is read without what a later version added',
  (_name, kind) => {
    const known = { jobId: id, analysisId: id, erasureId: id };
    expect(kind.data.parse({ ...known, added: 'later' })).not.toHaveProperty('added');
  },
);

test('the data of an ingest job is one job id and nothing else', () => {
  const { data } = JOB_CATALOGUE.ingest;
  expect(data.safeParse({ jobId: 'people.csv' }).success).toBe(false);
  expect(data.parse({ jobId: id, source: 'inbox://people.csv' })).toEqual({ jobId: id });
  expect(data.strict().safeParse({ jobId: id, source: 'inbox://people.csv' }).success).toBe(false);
});
