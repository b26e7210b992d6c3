/**
 * Fields that no schema has, which an API server warns of and drops: a limit that is misspelt is no limit. The schemas at
 * run time let them pass, the types of the same packages do not, so the compiler judges the objects as literals.
 */
import path from 'node:path';
import ts from 'typescript';
import { type KubeObject, nameOf } from './overlay';
import { isOperated } from './schema-problems';

/** @param folder where the packages are found from */
export function findUnknownFields(objects: readonly KubeObject[], folder: string): string[] {
  const typed = objects.filter((object) => !isOperated(object));
  const file = path.join(folder, 'unknown-fields-of-objects.ts');
  // One statement a line: the line tells which object it is.
  const text = typed
    .map(
      (object, index) =>
        `export const o${index}: import('${moduleOf(object)}').I${object.kind} = ${JSON.stringify(object)};`,
    )
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, text, version, true) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file: source, start = 0, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' ');
    const object =
      source?.fileName === file ? typed[source.getLineAndCharacterOfPosition(start).line] : undefined;
    return `${object ? nameOf(object) : (source?.fileName ?? '')}: ${message}`;
  });
}

const moduleOf = ({ apiVersion, kind }: KubeObject): string =>
  `${apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models'}/${apiVersion}/${kind}`;
