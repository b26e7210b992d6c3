/**
 * Ids of charges are UUIDs of version 7 (RFC 9562): they rise with time, so that an index of millions of them grows
 * at its end alone. With random ones every charge would touch a page of its own.
 */
import { randomBytes } from 'node:crypto';

export function newChargeId(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
