// AP.context: the context token and the structured context, with the product's cache.
//
// The cache lives here, in the host page, one entry an extension. It is filled when the bridge is
// established, from what the page was rendered with, and renewed only when a call finds it older than
// contextCacheMs. The token's own expiry is never looked at on a call. A renewal blocks the call that
// caused it, and those that come meanwhile share it. Nothing is renewed in the background.

const contextCache = new Map();
const renewals = new Map();

function entryOf(options) {
  return { cachedAt: Date.now(), contextJwt: options.contextJwt, context: structured(options.structuredContext) };
}

function structured(value) {
  return typeof value === 'string' && value ? JSON.parse(value) : value;
}

// seedContext runs once an extension, when its bridge is established. The entry's age counts from
// here, although its token was made when the page was rendered.
function seedContext(registration) {
  const options = registration.extension.options;
  if (worthKeeping(options)) {
    contextCache.set(registration.extension_id, entryOf(options));
  } else {
    renew(registration).catch((error) => console.error(`[standin] ${error.message}`));
  }
}

function worthKeeping(options) {
  if (options.contextJwt && jwtExpired(options.contextJwt)) {
    return false;
  }
  const context = structured(options.structuredContext);
  if (!context) {
    return false;
  }
  return Object.keys(plain(options.productContext)).length === 0 || Object.keys(context).length > 0;
}

function forgetContext(extensionID) {
  contextCache.delete(extensionID);
  renewals.delete(extensionID);
}

// currentContext gives the entry to answer a call from.
function currentContext(registration) {
  const id = registration.extension_id;
  if (renewals.has(id)) {
    return renewals.get(id);
  }
  const entry = contextCache.get(id);
  if (entry && entry.cachedAt + page.contextCacheMs >= Date.now()) {
    return Promise.resolve(entry);
  }
  return renew(registration);
}

function renew(registration) {
  const id = registration.extension_id;
  const renewal = fetchEntry(registration).finally(() => {
    if (renewals.get(id) === renewal) {
      renewals.delete(id);
    }
  });
  renewals.set(id, renewal);
  return renewal;
}

async function fetchEntry(registration) {
  let answer;
  try {
    answer = await resolveContent(registration.extension);
  } catch (error) {
    // The app hears nothing of this, and its next call tries again.
    throw new Unanswered(`no context token for ${registration.extension_id}: ${error.message}`);
  }
  const entry = { ...entryOf(answer.options), fails: answer.getToken === 'reject' };
  // What was withheld on purpose is asked for again by the next call: getToken may work by then.
  if (!answer.getToken && registrations.get(registration.extension_id) === registration) {
    contextCache.set(registration.extension_id, entry);
  }
  return entry;
}

// forgetWithheld is for when getToken is told to do something else: a renewal that is under way, and may
// never end, and an entry without a token are from before that.
function forgetWithheld() {
  renewals.clear();
  for (const [id, entry] of contextCache) {
    if (!entry.contextJwt) {
      contextCache.delete(id);
    }
  }
}

async function getToken(call) {
  const fault = page.getToken;
  if (fault === 'hang') {
    throw new Unanswered('getToken was told to hang');
  }
  if (fault === 'reject') {
    throw new Error('getToken was told to fail');
  }
  if (fault === 'empty') {
    return '';
  }
  const { contextJwt, fails } = await currentContext(call.registration);
  if (fails) {
    throw new Error('getToken was told to fail');
  }
  if (typeof contextJwt !== 'string' || contextJwt.length < 2) {
    throw new Unanswered('there is no token; the app does not use JWT authentication');
  }
  recordFor(call.registration, { kind: 'delivered', call: 'context.getToken', token: contextJwt, text: 'context token delivered' });
  return contextJwt;
}

async function getContext(call) {
  const { context } = await currentContext(call.registration);
  return context;
}

defineModule('context', {
  getToken: promised([], getToken),
  getContext: promised([], getContext),
});
