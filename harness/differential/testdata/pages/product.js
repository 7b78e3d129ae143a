// The product's part of the reference page: it makes the frames of the scene, resolves their content,
// and registers the modules that connect-host.js leaves to the product.
(() => {
  'use strict';
  const config = JSON.parse(document.getElementById('standin-page').textContent);
  const last = (list) => list[list.length - 1];
  const promised = (method) => Object.assign(method, { returnsPromise: true });
  const anchor = () => (location.href.includes('#!') ? decodeURIComponent(location.href.split('#!')[1]) : '');

  // ---- the content resolver: a deferred of jQuery's, as connect-host.js wants it ----
  const resolve = async ({ addon_key: addon, key, options }) => {
    const answer = await fetch(`/plugins/servlet/ac/${addon}/${key}`, {
      method: 'POST', body: new URLSearchParams({ 'product-context': JSON.stringify(options.productContext || {}), classifier: 'json' }),
    });
    if (!answer.ok) throw new Error(`the content resolver answered ${answer.status}`);
    const resolved = await answer.json();
    resolved.options.history = { state: anchor() };
    return resolved;
  };
  connectHost.registerContentResolver.resolveByExtension((extension) => {
    const deferred = $.Deferred();
    resolve(extension).then(deferred.resolve, (error) => deferred.reject({}, { text: error.message }));
    return deferred.promise();
  });

  // ---- the context and its cache: 30 seconds, one entry an extension, seeded when the bridge is up ----
  const cache = new Map();
  const asked = new Map();
  const entry = ({ contextJwt, structuredContext }) => ({ at: Date.now(), contextJwt, structuredContext });
  connectHost.onIframeEstablished(({ extension }) => cache.set(extension.id, entry(extension.options)));
  const current = async ({ extension }) => {
    const known = cache.get(extension.id);
    if (known && known.at + 30000 >= Date.now()) return known;
    if (!asked.has(extension.id)) {
      const fresh = resolve(extension).then(({ options }) => {
        cache.set(extension.id, entry(options));
        return cache.get(extension.id);
      });
      asked.set(extension.id, fresh);
      fresh.finally(() => asked.delete(extension.id));
    }
    return asked.get(extension.id);
  };
  connectHost.defineModule('context', {
    getToken: promised(async function getToken(callback) {
      return (await current(last(arguments)._context)).contextJwt;
    }),
    getContext: promised(async function getContext(callback) {
      return (await current(last(arguments)._context)).structuredContext;
    }),
  });

  // ---- who looks at the page ----
  const { user } = config;
  connectHost.defineModule('user', {
    getUser(callback) {
      last(arguments)({ fullName: user.fullName, id: user.atlassianAccountId, key: user.atlassianAccountId });
    },
    getCurrentUser(callback) {
      last(arguments)({ atlassianAccountId: user.atlassianAccountId, accountType: user.accountType });
    },
    getTimeZone(callback) {
      last(arguments)(user.timeZone);
    },
    getLocale(callback) {
      last(arguments)(user.locale);
    },
  });

  // ---- the address after #! ----
  let known = anchor();
  const poppers = [];
  connectHost.defineModule('history', {
    pushState(newState, title, url, callback) {
      const next = typeof url === 'string' ? url : String(newState);
      if (next !== known) {
        history.pushState({ state: newState }, '', `#!${encodeURI(next)}`);
        known = next;
      }
    },
    replaceState(url, callback) {
      history.replaceState({ state: url }, '', `#!${encodeURI(url)}`);
      known = url;
    },
    back(callback) {
      history.back();
    },
    forward(callback) {
      history.forward();
    },
    go(delta, callback) {
      history.go(delta);
    },
    getState(type, callback) {
      const answer = last(arguments);
      const { addon_key: key } = answer._context.extension;
      answer(type === 'all' ? { key, hash: anchor(), title: document.title, href: location.href } : anchor());
    },
    popState(callback) {
      poppers.push(last(arguments));
    },
  });
  window.addEventListener('hashchange', () => {
    if (anchor() === known) return;
    const oldURL = known;
    known = anchor();
    for (const answer of poppers.splice(0)) {
      answer({
        key: answer._context.extension.addon_key, hash: known, query: location.search.slice(1), title: document.title, href: location.href,
        state: (history.state || {}).state, newURL: known, oldURL,
      });
    }
  });

  // ---- where to go ----
  const goTo = (path) => location.assign(path);
  connectHost.defineModule('navigator', {
    getLocation(callback) {},
    go(target, context, callback) {
      const to = String(target).toLowerCase();
      if (to === 'issue') goTo(`/browse/${context.issueKey}`);
      if (to === 'dashboard') goTo(`/secure/Dashboard.jspa?selectPageId=${context.dashboardId}`);
      if (to === 'addonmodule') {
        const query = new URLSearchParams(Object.entries(context.customData || {}).map(([name, value]) => [`ac.${name}`, value])).toString();
        const addon = context.addonKey || last(arguments)._context.extension.addon_key;
        goTo(`/plugins/servlet/ac/${addon}/${context.moduleKey}${query && `?${query}`}`);
      }
      if (to === 'site') goTo(context.relativeUrl);
    },
    reload(callback) {
      location.reload();
    },
  });

  // ---- cookies, named after the app ----
  const cookie = (callback, name) => {
    if (!name) throw new Error('Name must be defined');
    return encodeURIComponent(`${callback._context.extension.addon_key}$$${name}`);
  };
  connectHost.defineModule('cookie', {
    save(name, value, days, callback) {
      const life = days ? `; max-age=${days * 86400}` : '';
      document.cookie = `${cookie(last(arguments), name)}=${encodeURIComponent(value)}; path=/${life}`;
    },
    read(name, callback) {
      const prefix = `${cookie(last(arguments), name)}=`;
      const found = document.cookie.split('; ').find((one) => one.startsWith(prefix));
      last(arguments)(found && decodeURIComponent(found.slice(prefix.length)));
    },
    erase(name, callback) {
      document.cookie = `${cookie(last(arguments), name)}=; path=/; max-age=0`;
    },
  });

  // ---- globals, and what Jira has alone ----
  connectHost.defineModule({
    request: promised(async function request(url, options, callback) {
      const wanted = typeof url === 'object' ? url : { ...options, url };
      const response = await fetch(`/${wanted.url.replace(/^\//, '')}`, { method: wanted.type || 'GET', body: wanted.data });
      const body = await response.text();
      const xhr = { readyState: 4, status: response.status, statusText: response.statusText, responseText: body, responseHeaders: Object.fromEntries(response.headers) };
      if (!response.ok) throw { xhr, statusText: 'error', err: response.statusText };
      return { body, xhr };
    }),
    addRequestMarshal(callback) {},
    getLocation(callback) {
      last(arguments)(location.href);
    },
  });
  connectHost.defineModule('jira', {
    refreshIssuePage(callback) {},
    isNativeApp(callback) {
      last(arguments)(false);
    },
    isDashboardItemEditable(callback) {
      last(arguments)(false);
    },
    getWorkflowConfiguration(callback) {},
    _submitWorkflowConfigurationResponse(data, callback) {},
    openCreateIssueDialog(params, callback) {},
    openIssueDialog(issueKey, callback) {},
    setDashboardItemTitle(title, callback) {},
    openDatePicker(options, callback) {},
    initJQLEditor(callback) {},
    showJQLEditor(options, callback) {},
  });

  window._AP = { ...window._AP, dialogModules: config.dialogModules };
  for (const extension of config.extensions) {
    extension.options.history = { state: anchor() };
    document.body.append(connectHost.create(extension)[0]);
  }
})();
