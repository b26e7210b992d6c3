import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, type ConfigSpec, loadConfig } from './load-config';
import { boolean, integer, list, optional, port, secret, secretUrl, url } from './settings';

const SPEC = {
  port: port('HTTP_PORT', 'where it listens', { fallback: '8080' }),
  verbose: boolean('VERBOSE', 'says more', { fallback: 'false' }),
  roots: list('ROOTS', 'folders', { fallback: '' }),
  pepper: secret('PEPPER', 'hashes keys', { minChars: 8 }),
} as const;

describe('loadConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives typed values and defaults', () => {
    const config = loadConfig(SPEC, { PEPPER: 'long enough', VERBOSE: 'true', HTTP_PORT: '0' }, folder);
    expect(config.port).toBe(0);
    expect(config.verbose).toBe(true);
    expect(config.pepper.reveal()).toBe('long enough');
  });

  it('reads the environment over .env over config.yaml', () => {
    writeFileSync(path.join(folder, 'config.yaml'), 'HTTP_PORT: 1\nVERBOSE: true\nPEPPER: from-yaml-file\n');
    writeFileSync(path.join(folder, '.env'), 'HTTP_PORT=2\nPEPPER="from-dot-env"\n');
    const config = loadConfig(SPEC, { HTTP_PORT: '3' }, folder);
    expect([config.port, config.verbose, config.pepper.reveal()]).toEqual([3, true, 'from-dot-env']);
  });

  it('reports every problem at once and prints no secret', () => {
    const load = () => loadConfig(SPEC, { HTTP_PORT: 'eighty', PEPPER: 'short', VERBOSE: 'yes' }, folder);
    expect(load).toThrow(ConfigError);
    try {
      load();
    } catch (error) {
      const { message } = error as ConfigError;
      expect(message).toContain('HTTP_PORT: must be a whole number');
      expect(message).toContain('PEPPER: must hold at least 8 characters');
      expect(message).toContain('VERBOSE');
      expect(message).not.toContain('short');
    }
  });

  it('has no default for a secret', () => {
    expect(() => loadConfig(SPEC, {}, folder)).toThrow('PEPPER is required: hashes keys');
    expect(() => loadConfig(SPEC, { PEPPER: '' }, folder)).toThrow('PEPPER is required');
  });

  it('says which file it cannot read', () => {
    const broken = path.join(folder, 'other.yaml');
    writeFileSync(broken, 'a: [');
    expect(() => loadConfig(SPEC, { CONFIG_FILE: broken }, folder)).toThrow(broken);
    writeFileSync(broken, '- a list');
    expect(() => loadConfig(SPEC, { CONFIG_FILE: broken }, folder)).toThrow('must be a mapping');
  });
});

describe('a secret in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'config-'));
    file = path.join(folder, 'pepper');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (content: string): string => {
    writeFileSync(file, content);
    return loadConfig(SPEC, { PEPPER_FILE: file }, folder).pepper.reveal();
  };

  it('is read without the line break that ends the file', () => {
    expect(read('long enough')).toBe('long enough');
    expect(read('long enough\n')).toBe('long enough');
    expect(read('long enough\r\n')).toBe('long enough');
    expect(read(' long enough \n\n')).toBe(' long enough \n');
  });

  it('is checked like any other', () => {
    expect(() => read('short\n')).toThrow('PEPPER: must hold at least 8 characters');
    expect(() => read('\n')).toThrow('PEPPER is required: hashes keys');
  });

  it('may be named in .env and in config.yaml too', () => {
    writeFileSync(file, 'from a file');
    writeFileSync(path.join(folder, '.env'), `PEPPER_FILE=${file}\n`);
    expect(loadConfig(SPEC, {}, folder).pepper.reveal()).toBe('from a file');
  });

  it('is refused beside the secret itself, wherever each is set', () => {
    writeFileSync(file, 'long enough');
    writeFileSync(path.join(folder, '.env'), `PEPPER_FILE=${file}\n`);
    expect(() => loadConfig(SPEC, { PEPPER: 'another one' }, folder)).toThrow(
      'PEPPER and PEPPER_FILE are both set',
    );
  });

  it('that cannot be read is one problem, which names the file', () => {
    const missing = path.join(folder, 'nowhere');
    try {
      loadConfig(SPEC, { PEPPER_FILE: missing }, folder);
      throw new Error('it was loaded');
    } catch (error) {
      const { problems } = error as ConfigError;
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('PEPPER_FILE: ');
      expect(problems[0]).toContain(missing);
    }
  });

  it('is null when it is optional and its file is empty', () => {
    writeFileSync(file, '');
    const spec = { extra: optional(secret('EXTRA', 'may be missing', { minChars: 1 })) };
    expect(loadConfig(spec, { EXTRA_FILE: file }, folder).extra).toBeNull();
  });

  it('is for secrets alone', () => {
    const spec = { verbose: boolean('VERBOSE', 'says more', { fallback: 'false' }) };
    expect(loadConfig(spec, { VERBOSE_FILE: '/nowhere' }, folder).verbose).toBe(false);
  });
});

describe('url settings', () => {
  const load = <const S extends ConfigSpec>(spec: S, value: string) =>
    loadConfig(spec, { URL: value }, tmpdir());

  it('take the protocols they are for', () => {
    const spec = { url: url('URL', 'a service', ['http', 'https']) };
    expect(load(spec, 'https://host:1/').url).toBeInstanceOf(URL);
    expect(() => load(spec, 'ftp://host')).toThrow('must start with http:// or https://');
    expect(() => load(spec, 'host')).toThrow('must be a URL');
  });

  it('with a password never print', () => {
    const { store } = load({ store: secretUrl('URL', 'a store', ['redis']) }, 'redis://:pass@host:1');
    expect(`${String(store)} ${JSON.stringify(store)}`).toBe('[redacted] "[redacted]"');
  });
});

describe('integer', () => {
  it('keeps its bounds', () => {
    const spec = { n: integer('N', 'a number', { min: 1, max: 9 }) };
    expect(loadConfig(spec, { N: '9' }, tmpdir()).n).toBe(9);
    expect(() => loadConfig(spec, { N: '10' }, tmpdir())).toThrow('N:');
    expect(() => loadConfig(spec, { N: '1e1' }, tmpdir())).toThrow('whole number');
  });
});
