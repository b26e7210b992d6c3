import { AppError } from '@bigdata/models';
import { holdBackException } from './hold-back-exception';

const TAG = 'abcdefghijklmnop';
const TEXT = 'Code: 241. DB::Exception: Memory limit exceeded: secret_table. (MEMORY_LIMIT_EXCEEDED)\n';
const BLOCK = `\r\n__exception__\r\n${TAG}\r\n${TEXT}${TEXT.length} ${TAG}\r\n__exception__\r\n`;

async function* bodyOf(pieces: readonly Buffer[], cut = false): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece);
  if (cut) throw new Error('the connection was cut');
}

function inPieces(text: string, pieceBytes: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

async function handedOn(body: AsyncIterable<Buffer>, exceptionTag: string | null = TAG) {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of holdBackException({ body, exceptionTag })) pieces.push(piece);
  } catch (error) {
    return { text: Buffer.concat(pieces).toString(), error };
  }
  return { text: Buffer.concat(pieces).toString(), error: null };
}

test.each([1, 7, 1_000, 65_536])(
  'a whole result in pieces of %i bytes is handed on unchanged',
  async (size) => {
    const text = '{"a":"__exception__"}\r\n'.repeat(2_000);
    expect(await handedOn(bodyOf(inPieces(text, size)))).toEqual({ text, error: null });
  },
);

test('an empty result is handed on', async () => {
  expect(await handedOn(bodyOf([]))).toEqual({ text: '', error: null });
});

describe.each([true, false])('an exception behind the result, the connection being cut: %s', (cut) => {
  test.each([1, 7, 1_000, 65_536])(
    'is an error, and nothing of its text leaves in pieces of %i bytes',
    async (size) => {
      const text = 'row\n'.repeat(20_000);
      const { text: left, error } = await handedOn(bodyOf(inPieces(text + BLOCK, size), cut));
      expect(error).toMatchObject({ code: 'query_too_complex', context: { clickhouse_code: '241' } });
      expect(error).toBeInstanceOf(AppError);
      expect(text.startsWith(left)).toBe(true);
    },
  );
});

test('another tag is data', async () => {
  const text = BLOCK.replaceAll(TAG, 'ponmlkjihgfedcba');
  expect(await handedOn(bodyOf(inPieces(text, 7)))).toEqual({ text, error: null });
});

test('a cut connection without an exception is the error of the connection', async () => {
  const { error } = await handedOn(bodyOf(inPieces('row\n'.repeat(20_000), 4_096), true), null);
  expect(error).toEqual(new Error('the connection was cut'));
});
