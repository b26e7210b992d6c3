/**
 * The one data file in a zip. A zip is read from the directory at its end, since what stands before each member may lack
 * its size, and may name it otherwise; so the source must be readable from any place.
 */
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReader,
  getFileNameLowLevel,
  RandomAccessReader,
  validateFileName,
  type ZipFile,
} from 'yauzl';
import { JobFailure } from '../jobs/job-failure';
import { type ByteSource } from './byte-source';
import { createSwellGuard, type DecodeLimits, errorCode, toFailure } from './decompress';

const MEMBERS_SHOWN = 10;
/** A directory of more members is not gone through. */
const MEMBERS_MAX = 10_000;

const STORED = 0;
const DEFLATED = 8;

const refused = (code: string, detail: string): JobFailure => new JobFailure(code, detail);

class SourceReader extends RandomAccessReader {
  constructor(private readonly source: ByteSource) {
    super();
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(takeBytes(this.source.read(start), end - start), { objectMode: false });
  }
}

async function* takeBytes(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  if (left === 0) return;
  for await (const chunk of bytes) {
    const part = Buffer.from(chunk.subarray(0, left));
    left -= part.length;
    yield part;
    if (left === 0) return;
  }
}

/**
 * @param wanted name of the member, when it has been asked for
 * @throws JobFailure `corrupt_archive`, `unsafe_archive`, `encrypted_archive`, `unsupported_format`,
 * `archive_members`, `source_not_seekable`
 */
export async function findZipMember(source: ByteSource, wanted: string | null): Promise<string> {
  return withZip(source, async (zip) => {
    const names: string[] = [];
    for await (const entry of entriesOf(zip)) {
      const name = nameOf(entry);
      if (name === '[Content_Types].xml' || name === 'mimetype') {
        throw refused(
          'unsupported_format',
          'The file is a spreadsheet or another document of an office program. Export it to CSV.',
        );
      }
      if (isData(name)) names.push(name);
    }
    const [first, second] = names;
    if (wanted !== null) {
      if (names.includes(wanted)) return wanted;
      throw refused(
        'archive_members',
        `The zip has no file of the name asked for. It holds: ${list(names)}.`,
      );
    }
    if (first === undefined) throw refused('archive_members', 'The zip holds no file.');
    if (second === undefined) return first;
    throw refused(
      'archive_members',
      `The zip holds ${names.length} files: ${list(names)}. Say which one, or pack it alone.`,
    );
  });
}

/** @throws JobFailure as above, and what decompression throws */
export async function* readZipMember(
  source: ByteSource,
  member: string,
  limits: DecodeLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = await openZip(source);
  try {
    for await (const entry of entriesOf(zip)) {
      if (nameOf(entry) !== member) continue;
      refuseUnreadable(entry);
      yield* checked(entry, await openEntry(zip, entry), limits);
      return;
    }
    throw refused('archive_members', 'The zip does not hold the file any more.');
  } catch (error) {
    throw toZipFailure(error);
  } finally {
    zip.close();
  }
}

async function* checked(entry: Entry, stream: Readable, limits: DecodeLimits): AsyncGenerator<Buffer> {
  const guard = createSwellGuard(limits, () => entry.compressedSize);
  let crc = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    crc = crc32(chunk, crc);
    guard(chunk.length);
    yield chunk;
  }
  if (crc !== entry.crc32) throw refused('corrupt_archive', 'The zip is damaged: a checksum is wrong.');
}

function refuseUnreadable(entry: Entry): void {
  if (entry.isEncrypted())
    throw refused('encrypted_archive', 'The zip is encrypted. Pack it without a password.');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw refused(
      'unsupported_format',
      `The zip uses compression method ${entry.compressionMethod}. Pack it with the usual one, deflate.`,
    );
  }
}

/** Nothing is ever written under such a name, but whoever packed it meant no good. */
function nameOf(entry: Entry): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  if (validateFileName(name) === null && !name.includes('\0')) return name;
  throw refused('unsafe_archive', 'The zip holds a name that leads out of its folder. Pack it anew.');
}

/** Folders, and what the Finder and the Explorer leave behind, are no data. */
function isData(name: string): boolean {
  return !name.endsWith('/') && !/(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/.test(name);
}

const list = (names: readonly string[]): string =>
  names.slice(0, MEMBERS_SHOWN).join(', ') +
  (names.length > MEMBERS_SHOWN ? ` and ${names.length - MEMBERS_SHOWN} more` : '');

async function withZip<T>(source: ByteSource, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(source);
  try {
    return await use(zip);
  } catch (error) {
    throw toZipFailure(error);
  } finally {
    zip.close();
  }
}

async function openZip(source: ByteSource): Promise<ZipFile> {
  const { bytesTotal } = source;
  if (bytesTotal === null) {
    throw refused(
      'source_not_seekable',
      'A zip has its directory at the end, which this source cannot be asked for. Use gzip or Zstandard.',
    );
  }
  const opened = new Promise<ZipFile>((resolve, reject) => {
    // Names are looked at here, where a bad one has a code of its own.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
    fromRandomAccessReader(new SourceReader(source), bytesTotal, options, (error, zip) => {
      if (error) reject(error);
      else resolve(zip);
    });
  });
  try {
    return await opened;
  } catch (error) {
    throw toZipFailure(error);
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  if (zip.entryCount > MEMBERS_MAX) {
    throw refused('archive_members', `The zip holds ${zip.entryCount} files. Pack the one to load alone.`);
  }
  for (let read = 0; read < zip.entryCount; read += 1) {
    yield await new Promise<Entry>((resolve, reject) => {
      const settle = (): void => {
        zip.removeListener('entry', onEntry);
        zip.removeListener('error', onError);
      };
      const onEntry = (entry: Entry): void => {
        settle();
        resolve(entry);
      };
      const onError = (error: Error): void => {
        settle();
        reject(error);
      };
      zip.on('entry', onEntry);
      zip.on('error', onError);
      zip.readEntry();
    });
  }
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
}

/** The library has no codes: what it throws is about the bytes, whereas the source's own errors are ours. */
function toZipFailure(error: unknown): unknown {
  const failure = toFailure(error, 'zip');
  if (failure !== error || errorCode(error) !== '' || !isPlainError(error)) return failure;
  return refused('corrupt_archive', 'The zip is damaged or not whole. Pack or upload it again.');
}

const isPlainError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'Error';
