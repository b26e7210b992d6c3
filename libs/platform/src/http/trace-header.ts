/** W3C Trace Context: which trace a call between services is a part of. */
export const TRACE_HEADER = 'traceparent';
