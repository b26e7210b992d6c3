import { type JobWarnings } from '@bigdata/models';
import { addWarnings } from './add-warnings';

test('counts add up per field and code, whatever a field is called', () => {
  const parts: JobWarnings[] = [
    { email: { invalid_email: 2 }, row: { missing_columns: 1 } },
    {},
    { email: { invalid_email: 3, empty: 1 }, constructor: { x: 1 } },
  ];
  expect(addWarnings(parts)).toEqual({
    email: { invalid_email: 5, empty: 1 },
    row: { missing_columns: 1 },
    constructor: { x: 1 },
  });
});
