import { createAuthenticator, type Credentials } from './auth';

const NOTHING: Credentials = {
  authorization: undefined,
  headerUser: undefined,
  headerKey: undefined,
  urlUser: undefined,
  urlPassword: undefined,
};
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('with user and password', () => {
  const authenticate = createAuthenticator('me', 'a:b é');

  test.each<[string, Partial<Credentials>]>([
    ['Basic', { authorization: basic('me:a:b é') }],
    ['headers', { headerUser: 'me', headerKey: 'a:b é' }],
    ['the URL', { urlUser: 'me', urlPassword: 'a:b é' }],
  ])('%s lets the right ones in', (_way, given) => {
    expect(() => authenticate({ ...NOTHING, ...given })).not.toThrow();
  });

  test.each<[string, Partial<Credentials>]>([
    ['nothing', {}],
    ['a wrong password', { authorization: basic('me:x') }],
    ['no password', { urlUser: 'me' }],
    ['another user', { headerUser: 'you', headerKey: 'a:b é' }],
    ['the border moved', { urlUser: 'me\0a', urlPassword: ':b é' }],
    ['a scheme that is not Basic', { authorization: 'Bearer x' }],
    ['two ways at once', { authorization: basic('me:a:b é'), urlUser: 'me', urlPassword: 'a:b é' }],
    ['two other ways at once', { headerUser: 'me', headerKey: 'a:b é', urlUser: 'me' }],
    ['the last two ways at once', { headerUser: 'me', headerKey: 'a:b é', authorization: basic('me:a:b é') }],
  ])('%s is AUTHENTICATION_FAILED', (_what, given) => {
    expect(() => authenticate({ ...NOTHING, ...given })).toThrow(
      expect.objectContaining({ code: 516, message: expect.not.stringContaining('a:b') as string }) as Error,
    );
  });
});

test('without a password the default user comes in by saying nothing', () => {
  const authenticate = createAuthenticator('default', '');
  expect(() => authenticate(NOTHING)).not.toThrow();
  expect(() => authenticate({ ...NOTHING, authorization: basic('default:') })).not.toThrow();
  expect(() => authenticate({ ...NOTHING, urlPassword: 'x' })).toThrow();
});
