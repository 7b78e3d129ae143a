// AP.user: who looks at the page. No user means an anonymous one.

function userOf(call) {
  const given = page.user && page.user.atlassianAccountId ? page.user : null;
  return { given, options: plain(call.extension.options.user) };
}

function getUser(call) {
  if (plain(call.extension.options.apiMigrations).gdpr) {
    throw new Error('AP.user.getUser does not exist for an app with the gdpr migration');
  }
  const { given, options } = userOf(call);
  const id = given ? given.atlassianAccountId : '';
  call.respond({ fullName: given ? given.fullName : options.fullName, id: options.uid || id, key: options.ukey || id });
}

function getCurrentUser(call) {
  const { given } = userOf(call);
  call.respond(given ? { atlassianAccountId: given.atlassianAccountId, accountType: given.accountType || 'atlassian' } : null);
}

defineModule('user', {
  getUser: method([], getUser),
  getCurrentUser: method([], getCurrentUser),
  getTimeZone: method([], (call) => call.respond(plain(call.extension.options.user).timeZone || plain(page.user).timeZone || 'UTC')),
  getLocale: method([], (call) => call.respond(plain(page.user).locale || 'en_US')),
});
