// What a document keeps that looks like a token, and where: a list of [place, token].
(async () => {
  const found = [];
  const look = (place, text) => {
    for (const raw of String(text).match(/eyJ[\w-]*\.[\w-]+\.[\w-]*/g) || []) found.push([place, raw]);
  };
  const attempt = (act) => {
    try {
      act();
    } catch {
      // A sandboxed document has no storage.
    }
  };
  const items = (name, storage) => {
    for (let i = 0; i < storage.length; i++) look(`${name} item "${storage.key(i)}"`, storage.getItem(storage.key(i)));
  };
  attempt(() => items('localStorage', localStorage));
  attempt(() => items('sessionStorage', sessionStorage));
  attempt(() => {
    for (const pair of document.cookie.split('; ')) look(`cookie "${pair.split('=')[0]}"`, pair);
  });
  attempt(() => {
    // The host's own data, which the bridge reads there, hold the token that the page was rendered with.
    let own = false;
    try {
      own = 'extension_id' in JSON.parse(window.name);
    } catch {
      // It is the app's.
    }
    if (!own) look('window.name', window.name);
  });

  // Records are read to a bound: a token is rarely the thousandth of its store.
  const limit = 1000;
  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = request.onblocked = () => fail(request.error);
    });
  const text = (value) => {
    try {
      return typeof value === 'string' ? value : JSON.stringify(value);
    } catch {
      return '';
    }
  };
  try {
    // Where the origin is opaque, the mere question is reported as an error of the page's.
    if (self.origin === 'null') throw new Error('no storage');
    for (const { name: database } of await indexedDB.databases()) {
      const db = await asked(indexedDB.open(database));
      try {
        for (const store of db.objectStoreNames) {
          const records = await asked(db.transaction(store).objectStore(store).getAll(null, limit));
          for (const record of records) look(`IndexedDB store "${database}/${store}"`, text(record));
        }
      } finally {
        db.close();
      }
    }
  } catch {
    // No IndexedDB here, or none that opens.
  }
  const meta = typeof document === 'object' && document.querySelector && [...document.querySelectorAll('meta[name="referrer" i]')].pop();
  return { found, referrer: meta ? meta.content : '' };
})()
