/** What a handler gives in place of its answer when the caller has it already: 304, which carries headers alone. */
export const NOT_MODIFIED = Symbol('304 Not Modified');
