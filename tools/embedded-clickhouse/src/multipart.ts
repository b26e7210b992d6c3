import { ClickHouseError } from './clickhouse-error';

/** One part of a multipart/form-data body; a part with a file name is data, one without a form field. */
export type Part = { readonly name: string; readonly isFile: boolean; readonly body: Buffer };

const HEADERS_END = Buffer.from('\r\n\r\n');

/** The boundary of a multipart/form-data content type; undefined for any other content type. */
export function multipartBoundary(contentType: string | undefined): string | undefined {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data')) return undefined;
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw ClickHouseError.of(36, 'multipart/form-data without a boundary');
  return boundary;
}

export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  for (let start = body.indexOf(delimiter); start >= 0;) {
    const headersAt = start + delimiter.length + 2;
    const end = body.indexOf(delimiter, headersAt);
    if (end < 0) break;
    const bodyAt = body.indexOf(HEADERS_END, headersAt);
    if (bodyAt < 0 || bodyAt > end)
      throw ClickHouseError.of(36, 'multipart/form-data: a part without headers');
    const headers = body.toString('utf8', headersAt, bodyAt);
    const name = /\bname="([^"]*)"/i.exec(headers)?.[1];
    // The line end before the next delimiter belongs to the delimiter.
    if (name !== undefined)
      parts.push({
        name,
        isFile: /\bfilename="/i.test(headers),
        body: body.subarray(bodyAt + HEADERS_END.length, end - 2),
      });
    start = end;
  }
  return parts;
}
