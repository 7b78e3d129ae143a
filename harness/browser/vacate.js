// Takes away all that pages of this origin have kept here, in the partition of the page that shows it.
async path => {
  const each = async (list, take) => { for (const one of await list()) await take(one); };
  const quietly = async take => { try { await take(); } catch { /* an origin that may keep nothing */ } };
  const clear = async () => {
    window.name = '';
    await quietly(() => sessionStorage.clear());
    await quietly(() => localStorage.clear());
    await quietly(() => each(() => indexedDB.databases(), base => new Promise(done => {
      const going = indexedDB.deleteDatabase(base.name);
      going.onsuccess = going.onerror = going.onblocked = done;
    })));
    await quietly(() => each(() => caches.keys(), name => caches.delete(name)));
    await quietly(() => each(() => navigator.storageBuckets.keys(), name => navigator.storageBuckets.delete(name)));
    await quietly(async () => {
      const root = await navigator.storage.getDirectory();
      const names = [];
      for await (const name of root.keys()) names.push(name);
      await each(async () => names, name => root.removeEntry(name, { recursive: true }));
    });
  };
  const shown = origin => new Promise((done, fail) => {
    const frame = document.createElement('iframe');
    const said = event => {
      if (event.source !== frame.contentWindow) return;
      removeEventListener('message', said);
      frame.remove();
      if (event.data === 'clear') done(); else fail(new Error(String(event.data)));
    };
    addEventListener('message', said);
    frame.src = origin + path;
    document.documentElement.append(frame);
  });
  await clear();
  return shown;
}
