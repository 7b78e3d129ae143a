// AP.history: the part of the product page's URL that belongs to the app, after #!.

let shownAnchor = anchorOf(location.href);
const popWaiters = [];

function anchorOf(url) {
  const at = url.indexOf('#!');
  const anchor = at < 0 ? '' : url.slice(at + 2);
  try {
    return decodeURIComponent(anchor);
  } catch (error) {
    return anchor;
  }
}

function fragmentFor(state) {
  return `#!${encodeURI(String(state))}`;
}

// A state that is already shown makes no new entry, as assigning the hash would not.
function pushState(call, state, title, url) {
  const anchor = typeof url === 'string' ? url : String(state);
  if (anchor !== shownAnchor) {
    history.pushState({ standin: wireClone(state) }, '', fragmentFor(anchor));
    shownAnchor = anchor;
  }
}

function replaceState(call, url) {
  history.replaceState({ standin: wireClone(url) }, '', fragmentFor(url));
  shownAnchor = String(url);
}

function getState(call, type) {
  const hash = anchorOf(location.href);
  call.respond(type === 'all' ? { key: call.extension.addon_key, hash, title: document.title, href: location.href } : hash);
}

// A change made by the app itself is no news to it: pushState and replaceState cause no hashchange.
window.addEventListener('hashchange', () => {
  const anchor = anchorOf(location.href);
  if (anchor === shownAnchor) {
    return;
  }
  const oldURL = shownAnchor;
  shownAnchor = anchor;
  // A callback lives for one answer on this wire, so every waiter is told once.
  for (const call of popWaiters.splice(0)) {
    call.respond({
      key: call.extension.addon_key,
      hash: anchor,
      query: location.search.slice(1) || null,
      title: document.title,
      href: location.href,
      state: plain(history.state).standin,
      newURL: anchor,
      oldURL,
    });
  }
});

defineModule('history', {
  pushState: method(['newState', 'title', 'url'], pushState),
  replaceState: method(['url'], replaceState),
  back: method([], () => history.back()),
  forward: method([], () => history.forward()),
  go: method(['delta'], (call, delta) => history.go(Number(delta))),
  getState: method(['type'], getState),
  popState: method([], (call) => popWaiters.push(call)),
});
