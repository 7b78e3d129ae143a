// Functions that Atlassian calls deprecated. The first call of each is warned of and told to the host,
// as the published file does (atlassian-connect-js 5.3.190, src/plugin/deprecate.js).

function deprecated(AP, name, instead, run) {
  let called = false;
  return (...args) => {
    if (!called) {
      called = true;
      warn(`${name} is deprecated. ${instead ? `Use ${instead}.` : 'There is nothing in its place.'}`);
      if (AP._analytics) {
        AP._analytics.trackDeprecatedMethodUsed(name);
      }
    }
    return run(...args);
  };
}
