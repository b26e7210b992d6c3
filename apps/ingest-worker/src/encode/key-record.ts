/** The row under way as the dedupe key looks at it: texts are made only when a rule asks for them. */
import { type DedupeRecord } from '@bigdata/normalization';
import { type TextColumn } from './native-block';
import { type ValueColumns } from './value-columns';

export class KeyRecord implements DedupeRecord {
  readonly #columns: ValueColumns;
  readonly #of: (field: string) => TextColumn;
  #attributes: { name: string; bytes: Buffer; start: number; end: number }[] = [];

  constructor(columns: ValueColumns) {
    this.#columns = columns;
    const known = new Map<string, TextColumn>();
    this.#of = (field) => {
      let column = known.get(field);
      if (!column) known.set(field, (column = columns.column(`v_${field}`)));
      return column;
    };
  }

  addAttribute(name: string, bytes: Buffer, start: number, end: number): void {
    this.#attributes.push({ name, bytes, start, end });
  }

  clear(): void {
    if (this.#attributes.length > 0) this.#attributes = [];
  }

  #get(field: string): string | null {
    return this.#columns.valueOf(this.#of(field));
  }

  get email(): string | null {
    return this.#get('email');
  }
  get phone(): string | null {
    return this.#get('phone');
  }
  get full_name(): string | null {
    return this.#get('full_name');
  }
  get first_name(): string | null {
    return this.#get('first_name');
  }
  get middle_name(): string | null {
    return this.#get('middle_name');
  }
  get last_name(): string | null {
    return this.#get('last_name');
  }
  get name_prefix(): string | null {
    return this.#get('name_prefix');
  }
  get name_suffix(): string | null {
    return this.#get('name_suffix');
  }
  get birth_date(): string | null {
    return this.#get('birth_date');
  }
  get gender(): string | null {
    return this.#get('gender');
  }
  get company(): string | null {
    return this.#get('company');
  }
  get job_title(): string | null {
    return this.#get('job_title');
  }
  get website(): string | null {
    return this.#get('website');
  }
  get address(): string | null {
    return this.#get('address');
  }
  get city(): string | null {
    return this.#get('city');
  }
  get region(): string | null {
    return this.#get('region');
  }
  get postal_code(): string | null {
    return this.#get('postal_code');
  }
  get country(): string | null {
    return this.#get('country');
  }

  get attributes(): Record<string, string> {
    return Object.fromEntries(
      this.#attributes.map(({ name, bytes, start, end }) => [name, bytes.toString('utf8', start, end)]),
    );
  }
}
