import { createJobSchema } from './ingest-jobs';
import { httpsSourceSchema, s3SourceSchema } from './job-sources';

const messageOf = (result: { error?: { issues: readonly { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message;

test.each(['inbox://a.csv', 'file:///data/a.csv', 's3://bucket/a.csv', 'https://example.com/a.csv'])(
  '%s is a source',
  (source) => {
    expect(createJobSchema.safeParse({ source }).success).toBe(true);
  },
);

test.each([
  'http://example.com/a.csv',
  'ftp://example.com/a.csv',
  'S3://bucket/a.csv',
  '/data/a.csv',
  'a.csv',
  'file://host/a.csv',
  's3://',
])('%s is none, and the message says what is', (source) => {
  expect(messageOf(createJobSchema.safeParse({ source }))).toBe(
    'a source is inbox://NAME, file:///PATH, s3://BUCKET/KEY or https://HOST/PATH',
  );
});

test.each([
  ['s3://my.bucket-1/a.csv', 'my.bucket-1', 'a.csv'],
  ['s3://bucket/a b+c%20d?e#f/ü.csv', 'bucket', 'a b+c%20d?e#f/ü.csv'],
  ['s3://bucket//a/../b.csv', 'bucket', '/a/../b.csv'],
])('%s: the key is taken as it stands', (source, bucket, key) => {
  expect(s3SourceSchema.parse(source)).toEqual({ bucket, key });
});

test.each([
  ['s3://bucket', 's3://BUCKET/KEY'],
  ['s3:///key', 's3://BUCKET/KEY'],
  ['s3://bucket/', 's3://BUCKET/KEY'],
  ['s3://Bucket/key', 'no valid name'],
  ['s3://bu/key', 'no valid name'],
  ['s3://a..b/key', 'no valid name'],
  ['s3://-bucket/key', 'no valid name'],
  ['s3://127.0.0.1/key', 'no valid name'],
  ['s3://user@bucket/key', 'no valid name'],
  ['s3://bucket/folder/', 'names a folder'],
  ['s3://bucket/a\0b', 'no zero byte'],
])('%s is refused: %s', (source, reason) => {
  expect(messageOf(s3SourceSchema.safeParse(source))).toContain(reason);
});

test('bucket and key have the length that every S3 allows', () => {
  expect(s3SourceSchema.safeParse(`s3://${'b'.repeat(63)}/${'ü'.repeat(512)}`).success).toBe(true);
  expect(s3SourceSchema.safeParse(`s3://${'b'.repeat(64)}/key`).success).toBe(false);
  expect(s3SourceSchema.safeParse(`s3://bucket/${'ü'.repeat(513)}`).success).toBe(false);
});

test('a URL keeps its port and its query', () => {
  expect(httpsSourceSchema.parse('https://Example.com:8443/a%20b.csv?sig=x%2By').href).toBe(
    'https://example.com:8443/a%20b.csv?sig=x%2By',
  );
});

test.each([
  ['http://example.com/a.csv', 'https://HOST/PATH'],
  ['https://', 'https://HOST/PATH'],
  ['https://exa mple.com/', 'white space'],
  ['https://example.com/a b.csv', 'white space'],
  ['https://example\t.com/', 'white space'],
  ['https://user@example.com/a.csv', 'user name'],
  ['https://:secret@example.com/a.csv', 'user name'],
  ['https://localhost/a.csv', 'this machine'],
  ['https://LOCALHOST./a.csv', 'this machine'],
  ['https://x.localhost/a.csv', 'this machine'],
  ['https://example.com/a.csv#top', 'fragment'],
  ['https://999.1.1.1/a.csv', 'https://HOST/PATH'],
])('%s is refused: %s', (source, reason) => {
  expect(messageOf(httpsSourceSchema.safeParse(source))).toContain(reason);
});
