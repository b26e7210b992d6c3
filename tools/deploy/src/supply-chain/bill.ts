/**
 * The bill of materials of a service (CycloneDX 1.6): every package of others that it needs to run, with its version,
 * licence and hash, and what needs what. Made from package-lock.json alone, so the same lock gives the same bytes.
 * (`npm sbom --workspace` leaves out packages that something outside of the workspace needs as well.)
 */
import { createHash } from 'node:crypto';
import { type ShippedPackage } from './lockfile';

export interface BillSubject {
  readonly name: string;
  readonly version: string;
}

export function toBill(subject: BillSubject, packages: readonly ShippedPackage[]): object {
  const components = packages
    .map(({ name, version, licence, integrity, optional }) => ({
      type: 'library',
      'bom-ref': purlOf(name, version),
      name,
      version,
      scope: optional ? 'optional' : 'required',
      ...(integrity !== undefined && { hashes: hashesOf(integrity) }),
      ...(licence !== undefined && { licenses: [{ expression: licence }] }),
      purl: purlOf(name, version),
    }))
    .filter(({ purl }, index, all) => all.findIndex((other) => other.purl === purl) === index)
    .sort((a, b) => (a.purl < b.purl ? -1 : 1));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([subject, components]))}`,
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': subject.name, ...subject } },
    components,
  };
}

export const purlOf = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** `sha512-` and base64, as npm locks it; CycloneDX wants hexadecimal digits. */
function hashesOf(integrity: string): readonly object[] {
  return integrity.split(' ').map((entry) => {
    const [algorithm = '', digest = ''] = entry.split(/-(.*)/s);
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') };
  });
}

/** Of version 8: made from the content by a rule of our own. */
function uuidOf(content: string): string {
  const digits = createHash('sha256').update(content).digest('hex');
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
  ];
  return [...parts, digits.slice(20, 32)].join('-');
}
