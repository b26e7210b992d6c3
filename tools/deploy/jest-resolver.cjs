/** The packages of schemas export nothing but ES modules, which jest, asking as `require` would, does not find. */
module.exports = (request, options) =>
  options.defaultResolver(
    request,
    /^@?kubernetes-models\//.test(request) ? { ...options, conditions: ['import'] } : options,
  );
