import { createHostList } from './host-list';

const isListed = createHostList(['files.example.com', '*.Example.org']);

test.each(['files.example.com', 'a.example.org', 'a.b.example.org'])('%s is listed', (host) => {
  expect(isListed(host)).toBe(true);
});

test.each([
  'example.com',
  'x.files.example.com',
  'files.example.com.evil.net',
  'evilexample.org',
  'example.org',
  '.example.org',
  '*.example.net',
])('%s is not', (host) => {
  expect(isListed(host)).toBe(false);
});
