// The server writes what this page is for into one JSON script element. Everything that host.js
// needs to know comes from there; nothing comes from the URL but the history state and ac.* values.

const page = readPage();

function readPage() {
  const element = document.getElementById('standin-page');
  if (!element) {
    throw new Error('standin: the page has no #standin-page element, so there is nothing to mount');
  }
  const given = JSON.parse(element.textContent);
  const extensions = given.extensions || (given.extension ? [given.extension] : []);
  return {
    product: 'jira',
    contextPath: '',
    secret: '',
    journalURL: '/_standin/journal',
    // Whether entries wait until somebody asks for them by flush.
    holdJournal: false,
    resolverURL: '',
    // 30 s is how long the product keeps a context token, however long the token lives.
    contextCacheMs: 30000,
    // The product takes a token for expired this long before it is.
    clockSkewSeconds: 60,
    getToken: '',
    user: null,
    triggers: [],
    dialogModules: {},
    // What AP.navigator.getLocation answers, if the page has a place of its own there.
    location: null,
    ...given,
    extensions,
  };
}

function productName() {
  return page.product === 'confluence' ? 'Confluence' : 'Jira';
}

// productURL joins a path to the product's base. The result is always on this page's own origin:
// a path such as //elsewhere cannot lead away.
function productURL(path) {
  const relative = String(path).replace(/^[/\\]+/, '');
  return new URL(`${location.origin}${page.contextPath}/${relative}`);
}

function plain(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
