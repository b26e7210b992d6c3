/**
 * The members of a header such as Accept with their weights (RFC 9110 §12.4.2), in lower case and without any other
 * parameters; of one named twice the greater weight counts.
 */
export function qualityValues(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const member of header.split(',')) {
    const [name = '', ...parameters] = member.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(name, Math.max(weights.get(name) ?? 0, weight === undefined ? 1 : Number(weight) || 0));
  }
  return weights;
}
