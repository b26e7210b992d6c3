import { createExternalTable, externalTableFormat } from './external-table';

const data = Buffer.alloc(0);

test('its columns come from a structure or from types', () => {
  expect(createExternalTable({ name: 'a`b', options: { structure: 'x Int8' }, data })).toBe(
    'CREATE TEMPORARY TABLE `a\\`b` (x Int8) ENGINE = Memory',
  );
  expect(createExternalTable({ name: 't', options: { types: 'Int8, Map(String, Int8),Date' }, data })).toBe(
    'CREATE TEMPORARY TABLE `t` (_1 Int8, _2 Map(String, Int8), _3 Date) ENGINE = Memory',
  );
  expect(() => createExternalTable({ name: 't', options: {}, data })).toThrow('Neither structure nor types');
});

test('its format is TabSeparated unless said, and nothing but a name', () => {
  expect(externalTableFormat({ name: 't', options: {}, data })).toBe('TabSeparated');
  expect(externalTableFormat({ name: 't', options: { format: 'CSV' }, data })).toBe('CSV');
  expect(() => externalTableFormat({ name: 't', options: { format: 'CSV; x' }, data })).toThrow(
    'Unknown format',
  );
});
