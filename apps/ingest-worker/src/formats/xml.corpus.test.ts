/** The W3C's XML conformance suite and documents that other parsers were attacked with. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { createTranscoder } from '../decode/transcode';
import { detectEncoding } from '../decode/detect-encoding';
import { JobFailure } from '../jobs/job-failure';
import { readFileRows } from '../test-support/read-rows';

/** Set by jest.config.cjs from BIGDATA_CORPUS. */
declare const corpusFolder: string;

const folder = (name: string): string => path.join(corpusFolder, 'parsers', name);

const testSchema = z.object({
  id: z.string(),
  type: z.enum(['not-wf', 'error', 'invalid', 'valid']),
  uri: z.string(),
  version: z.string().nullable(),
  doctype: z.boolean(),
});

const tests = readFileSync(folder('xml/xmlconf-index.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => testSchema.parse(JSON.parse(line)));
const bytesOf = (uri: string): Buffer => readFileSync(path.join(folder('xml/xmlconf'), uri));

/** @returns code of the failure or of the first row problem, or null when all of it was read */
async function refusalOf(bytes: Uint8Array, name = 'test.xml'): Promise<string | null> {
  try {
    const { rows } = await readFileRows(bytes, name);
    return rows.find(({ problem }) => problem !== null)?.problem ?? null;
  } catch (error) {
    if (error instanceof JobFailure) return error.code;
    throw error;
  }
}

/** Of the document as our decoder gives it; null where that refuses. */
function textOf(bytes: Buffer): string | null {
  try {
    const transcoder = createTranscoder(detectEncoding(bytes, true));
    return Buffer.concat([transcoder.push(bytes), transcoder.end()]).toString();
  } catch {
    return null;
  }
}

function saxesAccepts(text: string): boolean {
  let isAccepted = true;
  const parser = new SaxesParser();
  parser.on('error', () => {
    isAccepted = false;
  });
  try {
    parser.write(text).close();
  } catch {
    return false;
  }
  return isAccepted;
}

describe('xmlconf', () => {
  test('has the tests that it is known for', () => {
    expect(tests.length).toBe(1_661);
  });

  test('every document with a DTD is refused, whatever else it is', async () => {
    const taken: string[] = [];
    for (const { id, uri } of tests.filter(({ doctype }) => doctype)) {
      if ((await refusalOf(bytesOf(uri))) === null) taken.push(id);
    }
    expect(taken).toEqual([]);
  });

  test('every document that is not well-formed is refused', async () => {
    const taken: string[] = [];
    for (const { id, uri } of tests.filter(({ type, doctype }) => type === 'not-wf' && !doctype)) {
      if ((await refusalOf(bytesOf(uri))) === null) taken.push(id);
    }
    expect(taken).toEqual([]);
  });

  test('a document without a DTD that is well-formed is read', async () => {
    const good = tests.filter(({ type, doctype }) => type !== 'not-wf' && !doctype);
    expect(good.length).toBe(2);
    for (const { id, uri } of good)
      expect({ id, code: await refusalOf(bytesOf(uri)) }).toEqual({ id, code: null });
  });

  test('with their DTDs cut out, the documents that saxes takes are taken and no others', async () => {
    const differ: string[] = [];
    let taken = 0;
    let compared = 0;
    for (const { id, uri, version } of tests) {
      if (version === '1.1') continue;
      const text = textOf(bytesOf(uri))?.replace(/<!DOCTYPE[^[>]*(\[[\s\S]*?\]\s*)?>/, '');
      // saxes reads over a DTD, even a broken one.
      if (text === undefined || text.includes('version="1.1"') || text.includes('<!DOCTYPE')) continue;
      compared += 1;
      // In UTF-8 by now, whatever it declares.
      const ours = await refusalOf(
        Buffer.from(
          text.replace(/(<\?xml[^>]*?)encoding\s*=\s*["'][A-Za-z][\w.-]*["']/, '$1encoding="utf-8"'),
        ),
      );
      const isTaken = saxesAccepts(text);
      if (isTaken) taken += 1;
      if ((ours === null) !== isTaken)
        differ.push(`${id} ${uri} ours=${String(ours)} saxes=${String(isTaken)}`);
    }
    expect({ compared: compared > 1_300, taken: taken > 200, differ }).toEqual({
      compared: true,
      taken: true,
      differ: [],
    });
  });
});

test.each(['malicious/libxml2-recurse', 'malicious/payloads-xxe'])(
  '%s: no XML with a DTD is read',
  async (name) => {
    const files = readdirSync(folder(name)).filter((file) => !/\.(ent|dtd)$/.test(file));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const code = await refusalOf(readFileSync(path.join(folder(name), file)), file);
      expect({ file, isRefused: code === 'xml_dtd_refused' || code === 'malformed_xml' }).toEqual({
        file,
        isRefused: true,
      });
    }
  },
);

test.each([
  ['complex.xml', null],
  ['mini-sample.xml', null],
  ['sample.xml', null],
  ['ptest.xml', null],
  ['invalid.xml', 'malformed_xml'],
  ['crlf.xml', 'xml_dtd_refused'],
  ['mixed.xml', 'xml_dtd_refused'],
  ['ptest_with_prolog.xml', 'xml_dtd_refused'],
])('fast-xml-parser %s comes to %s', async (file, code) => {
  expect(await refusalOf(readFileSync(path.join(folder('xml/fast-xml-parser'), file)), file)).toBe(code);
});
