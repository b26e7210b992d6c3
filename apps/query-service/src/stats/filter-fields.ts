/** The fields that a filter names, each once. */
import { type RecordFieldName } from '@bigdata/models';
import { isGroup, isNegation, type NormalizedFilter } from '../filter/normalized-filter';

export function filterFields(filter: NormalizedFilter | null): RecordFieldName[] {
  const names = new Set<RecordFieldName>();
  const walk = (part: NormalizedFilter): void => {
    if (isGroup(part)) part.filters.forEach(walk);
    else if (isNegation(part)) walk(part.filter);
    else names.add(part.field.kind === 'attribute' ? 'attributes' : part.field.name);
  };
  if (filter !== null) walk(filter);
  return [...names];
}
