// AP.request's success and error callbacks. They are members of an object, and no function inside an
// object crosses the bridge, so they stay here and hang on the promise.

function attachRequest(AP) {
  const send = AP.request;
  if (!send) {
    return;
  }
  const request = (...args) => {
    const asked = args.find((arg) => arg !== null && typeof arg === 'object');
    const { success, error, ...rest } = plain(asked);
    if (typeof args[args.length - 1] === 'function' || (typeof success !== 'function' && typeof error !== 'function')) {
      return send(...args);
    }
    const promise = send(...args.map((arg) => (arg === asked ? rest : arg)));
    promise.then(
      ({ body, xhr }) => typeof success === 'function' && guarded(() => success(body, 'success', xhr)),
      (failure) => typeof error === 'function' && guarded(() => error(plain(failure).xhr, plain(failure).statusText || 'error', plain(failure).err)),
    );
    return promise;
  };
  AP.request = request;
  AP._hostModules._globals.request = request;
}
