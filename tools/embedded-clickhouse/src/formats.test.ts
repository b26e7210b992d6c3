import { Formats } from './formats';

const formats = new Formats('JSON\tapplication/json; charset=UTF-8\nTabSeparated\ttext/tsv\nNull\t\n');

test('the statement decides, then the request, then it is TabSeparated', () => {
  expect(formats.resolve('JSON', 'Null').name).toBe('JSON');
  expect(formats.resolve(undefined, 'Null').name).toBe('Null');
  expect(formats.resolve(undefined, undefined)).toEqual({ name: 'TabSeparated', contentType: 'text/tsv' });
});

test('names are case-insensitive, and a format without a content type is plain text', () => {
  expect(formats.resolve('json', undefined)).toEqual({
    name: 'JSON',
    contentType: 'application/json; charset=UTF-8',
  });
  expect(formats.resolve('null', undefined).contentType).toBe('text/plain; charset=UTF-8');
});

test('an unknown name goes to the engine, unless it is no name at all', () => {
  expect(formats.resolve(undefined, 'Unknown').name).toBe('Unknown');
  expect(() => formats.resolve(undefined, 'CSV SETTINGS readonly=0 --')).toThrow(
    expect.objectContaining({ code: 73 }) as Error,
  );
});
