import { Writable } from 'node:stream';
import { AppError } from '@bigdata/models';
import { Secret } from '../config/secret';
import { createLogger } from './logger';

const KEY = 'bd_live_ABCDEFGHIJKL_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLM';

function capture(level: 'info' | 'debug' = 'info', format: 'json' | 'pretty' = 'json') {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { logger: createLogger({ service: 'test', level, format, stream }), text: () => chunks.join('') };
}

describe('createLogger', () => {
  it('writes one JSON line with time, level, service and members', () => {
    const { logger, text } = capture();
    logger.child({ request_id: 'r1' }).info('request', { status: 200 });
    expect(JSON.parse(text())).toMatchObject({
      level: 'info',
      service: 'test',
      message: 'request',
      request_id: 'r1',
      status: 200,
    });
  });

  it('leaves out lines below its level', () => {
    const { logger, text } = capture();
    logger.debug('detail');
    expect(text()).toBe('');
  });

  it.each(['json', 'pretty'] as const)('keeps secrets out of %s lines, wherever they hide', (format) => {
    const { logger, text } = capture('info', format);
    logger.warn(`bad key ${KEY}`, {
      api_key: 'plain',
      headers: { authorization: `Bearer ${KEY}`, 'x-api-key': KEY },
      nested: [{ password: 'hunter2' }, { url: 'redis://:hunter2@host:6379' }],
      secret: new Secret('hunter2'),
      error: new AppError('unavailable', {
        context: { token: 'hunter2', url: new URL('http://u:hunter2@h/') },
        cause: new Error(`could not use ${KEY}`),
      }),
    });
    expect(text()).not.toContain('hunter2');
    expect(text()).not.toContain('plain');
    expect(text()).not.toContain(KEY.slice(8, 40));
    expect(text()).toContain('[redacted]');
  });

  it('survives cycles and big integers', () => {
    const { logger, text } = capture();
    const cycle: Record<string, unknown> = { big: 2n ** 64n };
    cycle['self'] = cycle;
    logger.info('odd', cycle);
    expect(text()).toContain('18446744073709551616');
  });
});
