/**
 * What is drawn at random is drawn twice one day, and a port is bound only seconds after it was drawn. So processes of one
 * user that draw side by side tell each other: an empty file for each port, in a folder for each minute.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MINUTE_MS = 60_000;

/** Nobody else of this user's is given the port for at least a minute. */
export interface PortClaims {
  /** False when another process has it, or had it of late. */
  claim(port: number): boolean;
}

/** @param folder made when it is missing; where it cannot be used every port may be had */
export function createPortClaims(
  folder = path.join(tmpdir(), `bigdata-ports-${process.getuid?.() ?? 'user'}`),
  nowMs: () => number = Date.now,
): PortClaims {
  const folderOf = (minute: number): string => path.join(folder, String(minute));
  return {
    claim(port) {
      const minute = Math.floor(nowMs() / MINUTE_MS);
      if (!isPrepared(folder, minute)) return true;
      if (existsSync(path.join(folderOf(minute - 1), String(port)))) return false;
      try {
        writeFileSync(path.join(folderOf(minute), String(port)), '', { flag: 'wx' });
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'EEXIST';
      }
    },
  };
}

/** Makes room for the claims of this minute and sweeps away what is over. */
function isPrepared(folder: string, minute: number): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // It lies where everybody may make one.
    if (!isOurs(folder)) return false;
    for (const name of readdirSync(folder)) {
      if (Number(name) < minute - 1) rmSync(path.join(folder, name), { recursive: true, force: true });
    }
    mkdirSync(path.join(folder, String(minute)), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}
