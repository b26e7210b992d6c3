import { pickWeighted, type Random } from '../random';

/** Names and addresses of people as tables of contacts have them. The same for the same random sequence. */
const GIVEN = [
  ...[
    'Jane',
    'John',
    'Maria',
    'José',
    'Anna',
    'Michael',
    'Sarah',
    'David',
    'Zoë',
    'François',
    'Lukas',
    'Wei',
  ],
  ...['Priya', 'Mohammed', 'Olga', 'Jean-Pierre', 'Mary Ann', 'Łukasz', 'Søren', 'Ayşe', 'Robert', 'Linda'],
] as const;
const FAMILY = [
  ...['Smith', 'Johnson', 'Müller', 'García López', 'van der Berg', "O'Neill", 'McDonald', 'Nguyen', 'Patel'],
  ...[
    'Silva',
    'Rossi',
    'Kowalski',
    'Smith-Jones',
    'de la Cruz',
    'Ivanova',
    'Sato',
    'Brown',
    'Ortega y Gasset',
  ],
] as const;
const PREFIXES = ['Dr.', 'Mr.', 'Mrs', 'Prof. Dr.', 'Rev.'] as const;
const SUFFIXES = ['Jr.', 'III', 'PhD', 'M.D.', 'Esq.'] as const;
const DOMAINS = [
  ['gmail.com', 30],
  ['example.com', 25],
  ['yahoo.com', 8],
  ['outlook.com', 8],
  ['hotmail.co.uk', 4],
  ['sales.example.org', 15],
  ['icloud.com', 4],
  ['münchen.example', 1],
] as const;

export const createNames = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => {
    const given = random.pick(GIVEN);
    const family = random.pick(FAMILY);
    const middle = random.next() < 0.3 ? ` ${String.fromCharCode(65 + random.below(26))}.` : '';
    const prefix = random.next() < 0.1 ? `${random.pick(PREFIXES)} ` : '';
    const suffix = random.next() < 0.08 ? `, ${random.pick(SUFFIXES)}` : '';
    const share = random.next();
    const name =
      share < 0.15 ? `${family}, ${given}${middle}` : `${prefix}${given}${middle} ${family}${suffix}`;
    if (share > 0.9) return name.toUpperCase();
    if (share > 0.85) return name.toLowerCase();
    if (share > 0.83) return `${given} "Jack" ${family}`;
    return share > 0.82 ? `${name}  ` : name;
  });

export const createEmails = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => {
    const given = random
      .pick(GIVEN)
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z]/g, '');
    const local = `${given}${random.pick(['.', '_', ''])}${random.below(10_000)}`;
    const tag = random.next() < 0.05 ? '+news' : '';
    const address = `${local}${tag}@${pickWeighted(random, DOMAINS)}`;
    const share = random.next();
    if (share < 0.1) return address.replace(given, given.toUpperCase());
    if (share < 0.13) return ` ${address}`;
    if (share < 0.14) return `"Doe, Jane" <${address}>`;
    if (share < 0.17) return address.replace('@', random.pick(['', ' at ', '@@']));
    return share < 0.18 ? 'n/a' : address;
  });
