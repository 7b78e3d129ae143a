// AP.request's success and error callbacks. They are members of an object, and no function inside an
// object crosses the bridge, so they stay here and hang on the promise.

function attachRequest(AP) {
  const send = AP.request;
  if (!send) {
    return;
  }
  const request = (...args) => {
    if (typeof args[args.length - 1] === 'function') {
      return send(...args);
    }
    const [first, second] = args;
    const { success, error, ...rest } = typeof first === 'string' ? { ...plain(second), url: first } : plain(first);
    const promise = send(rest.url, rest);
    if (promise && (typeof success === 'function' || typeof error === 'function')) {
      promise.then(
        ({ body, xhr }) => typeof success === 'function' && guarded(() => success(body, 'success', xhr)),
        (failure) => typeof error === 'function' && guarded(() => error(plain(failure).xhr, plain(failure).statusText || 'error', plain(failure).err)),
      );
    }
    return promise;
  };
  AP.request = request;
  AP._hostModules._globals.request = request;
}
