/** The fields that a filter names, with the place of each name in the request. */
import { type Filter, type FilterPath, type RecordFieldName } from '@bigdata/models';

export interface NamedField {
  readonly name: RecordFieldName;
  readonly path: FilterPath;
}

export function namedFields(filter: Filter | undefined, prefix: FilterPath = ['where']): NamedField[] {
  if (filter === undefined) return [];
  if ('filters' in filter) return filter.filters.flatMap((member) => namedFields(member, prefix));
  if ('filter' in filter) return namedFields(filter.filter, prefix);
  const { field, path } = filter;
  return [
    {
      name: field.kind === 'attribute' ? 'attributes' : field.name,
      path: [...prefix, ...path, 'field'],
    },
  ];
}
