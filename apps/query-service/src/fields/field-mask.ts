/** The fields of a record that a caller may see, name or filter by. Any other is refused like one that does not exist. */
import { AppError, type ProblemDetailError, type RecordFieldName, unknownField } from '@bigdata/models';
import { type Caller, toPointer } from '@bigdata/platform';

/** @returns undefined: every field */
export function visibleFields(caller: Caller): readonly RecordFieldName[] | undefined {
  return caller.kind === 'user' ? caller.fields : undefined;
}

/** @param pathOf where in the request the name at this index stands */
export function hiddenFieldErrors(
  mask: readonly RecordFieldName[] | undefined,
  names: readonly RecordFieldName[],
  pathOf: (index: number) => readonly (string | number)[],
): ProblemDetailError[] {
  if (mask === undefined) return [];
  return names.flatMap((name, index) => {
    if (mask.includes(name)) return [];
    const { message, ...hint } = unknownField(name, mask);
    return [{ pointer: toPointer(pathOf(index)), detail: message, ...hint }];
  });
}

/** @throws AppError `invalid_request` when there are any */
export function refuseHidden(errors: readonly ProblemDetailError[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw new AppError('invalid_request', { detail: `${first.pointer}: ${first.detail}`, errors });
}
