import { normalizeEmail } from './email';

const canonical = (raw: string): string => {
  const result = normalizeEmail(raw);
  return result.ok ? result.email : result.code;
};

const matchKey = (raw: string): string => {
  const result = normalizeEmail(raw);
  return result.ok ? result.matchKey : result.code;
};

describe('normalizeEmail', () => {
  it.each([
    ['jane.doe@example.com', 'jane.doe@example.com'],
    ['  Jane.Doe@Example.COM\r\n', 'jane.doe@example.com'],
    ['MAILTO:Jane.Doe@example.com?subject=Hello', 'jane.doe@example.com'],
    ['<jane@example.com>', 'jane@example.com'],
    ['Jane Doe <jane@example.com>', 'jane@example.com'],
    ['"Doe, Jane" <mailto:jane@example.com>', 'jane@example.com'],
    ["o'neill+tag=1/2@sub.example.org", "o'neill+tag=1/2@sub.example.org"],
    ['jane@münchen.example', 'jane@xn--mnchen-3ya.example'],
    ['jane@ＥＸＡＭＰＬＥ.com', 'jane@example.com'],
    ['jane@faß.example', 'jane@xn--fa-hia.example'],
    ['jane@ΒΌΛΟΣ.example', 'jane@xn--nxasmq6b.example'],
    ['ñoñó@example.com', 'ñoñó@example.com'],
    ['n\u0303andu\u0301@example.com', 'ñandú@example.com'],
    ['a@1337.example', 'a@1337.example'],
  ])('reads %j as %j', (raw, expected) => {
    expect(canonical(raw)).toBe(expected);
  });

  it.each([
    ...[
      'jane',
      '@example.com',
      'jane@',
      'jane@localhost',
      'a@@b.example',
      'a b@example.com',
      'a@b c.example',
      'a@example.c',
    ],
    ...[
      '.a@example.com',
      'a.@example.com',
      'a..b@example.com',
      '"quoted"@example.com',
      'a(comment)@example.com',
    ],
    ...[
      'a@[127.0.0.1]',
      'a@127.0.0.1',
      'a@0x7f.1',
      'a@-x.example',
      'a@x-.example',
      'a@x..example',
      'a@.example',
      'a@x.example.',
    ],
    ...[
      'a@x_y.example',
      'a@%65xample.com',
      'a@exa/mple.com',
      'a@xn--zzzz--.example',
      'a@☕.example',
      'a@אa.example',
    ],
    ...['a@b.example, c@d.example', 'a\u0000@example.com', '\ud800@example.com', 'a@ex\u0000ample.com'],
    `${'a'.repeat(65)}@example.com`,
    `${'é'.repeat(33)}@example.com`,
    `a@${'a'.repeat(64)}.example`,
    `a@${'a.'.repeat(125)}example`,
  ])('refuses %j', (raw) => {
    expect(canonical(raw)).toBe('invalid_email');
  });

  it('tells an empty cell and an endless one from an invalid address', () => {
    expect(canonical(' \t')).toBe('empty');
    expect(canonical('a'.repeat(5_000_000))).toBe('too_long');
  });

  it('takes exactly 64 octets before and 254 octets in all', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`;
    const local = 'x'.repeat(254 - domain.length - 1);
    expect(canonical(`${local}@${domain}`)).toBe(`${local}@${domain}`);
    expect(canonical(`${local}x@${domain}`)).toBe('invalid_email');
    expect(canonical(`${'a'.repeat(64)}@example.com`)).toBe(`${'a'.repeat(64)}@example.com`);
  });

  it.each([
    ['Jane.Doe+news@GMail.com', 'janedoe@gmail.com'],
    ['j.a.n.e.doe@googlemail.com', 'janedoe@gmail.com'],
    ['jane.doe+x@outlook.com', 'jane.doe@outlook.com'],
    ['jane+x@hotmail.co.uk', 'jane@hotmail.co.uk'],
    ['jane-shop@yahoo.com', 'jane@yahoo.com'],
    ['jane+x@yahoo.com', 'jane+x@yahoo.com'],
    ['jane+x@me.com', 'jane@icloud.com'],
    ['jane+x@protonmail.com', 'jane@proton.me'],
    ['shop@jane.fastmail.com', 'jane@fastmail.com'],
    ['jane+shop@fastmail.com', 'jane@fastmail.com'],
    ['jane.doe+x@example.com', 'jane.doe+x@example.com'],
    ['+jane@gmail.com', '+jane@gmail.com'],
  ])('matches %j under %j by the rules of its provider', (raw, expected) => {
    expect(matchKey(raw)).toBe(expected);
  });

  it('never drops a tag or dot from the address itself', () => {
    expect(canonical('J.Doe+News@gmail.com')).toBe('j.doe+news@gmail.com');
  });
});
