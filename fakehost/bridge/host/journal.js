// The journal: everything the bridge saw, posted to the server in batches.
//
// A batch leaves in a microtask, never by a timer: timers may belong to a virtual clock that
// stands still. One batch is under way at a time, so that entries arrive in the order they were
// made; what could not be posted stays in front of the queue for the next attempt. Where a driver
// asks for the journal by flush, it is held until then, or until there is a batch of it: each post
// costs the driver more than the call that it tells of.

// Browsers allow 64 KiB of keepalive bodies in flight for a page.
const batchBytes = 48 * 1024;
const argsLimit = 8 * 1024;
const textLimit = 300;

const journal = { queue: [], sending: null, scheduled: false };

function record(entry) {
  const text = JSON.stringify({ at: Math.round(Date.now()), ...entry, text: short(entry.text || '', textLimit) });
  journal.queue.push({ text, bytes: new TextEncoder().encode(text).length + 1 });
  if (!journal.scheduled && !holds()) {
    journal.scheduled = true;
    Promise.resolve().then(() => {
      journal.scheduled = false;
      send().catch(() => {});
    });
  }
}

// holds tells whether the journal can wait for whoever asks for it.
function holds() {
  return page.holdJournal && journal.queue.reduce((bytes, entry) => bytes + entry.bytes, 0) < batchBytes;
}

function short(text, limit) {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

// wordFor gives a text for what ought to be a name. An object is not asked for one: it may have none, or
// one that never ends.
function wordFor(value) {
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function takeBatch() {
  const batch = [];
  let bytes = 64;
  while (journal.queue.length && (batch.length === 0 || bytes + journal.queue[0].bytes <= batchBytes)) {
    const next = journal.queue.shift();
    bytes += next.bytes;
    batch.push(next);
  }
  return batch;
}

// send posts batch after batch until the queue is empty. It rejects when the server did not take one.
function send() {
  if (!journal.sending && journal.queue.length) {
    journal.sending = sendAll().finally(() => {
      journal.sending = null;
    });
  }
  return journal.sending || Promise.resolve();
}

async function sendAll() {
  while (journal.queue.length) {
    const batch = takeBatch();
    try {
      await post(batch, true);
    } catch (error) {
      journal.queue.unshift(...batch);
      throw error;
    }
  }
}

async function post(batch, again) {
  const body = `{"entries":[${batch.map((entry) => entry.text).join(',')}]}`;
  try {
    const response = await fetch(page.journalURL, {
      method: 'POST',
      keepalive: again,
      headers: { 'Content-Type': 'application/json', 'X-Standin-Secret': page.secret },
      body,
    });
    if (!response.ok) {
      throw new Error(`the journal answered ${response.status}`);
    }
  } catch (error) {
    // The keepalive allowance is shared with whatever else the page sends; an ordinary fetch has none.
    if (again && error instanceof TypeError) {
      await post(batch, false);
      return;
    }
    throw error;
  }
}

// flush resolves when the server has acknowledged every entry made so far.
async function flush() {
  while (journal.queue.length || journal.sending) {
    await send();
  }
}

// unsaid counts what flush would wait for; 0 is nothing.
function unsaid() {
  return journal.queue.length + (journal.sending ? 1 : 0);
}

// A page that goes away cannot wait for its turn: all that is left leaves at once.
window.addEventListener('pagehide', () => {
  while (journal.queue.length) {
    post(takeBatch(), true).catch(() => {});
  }
});

// jsonOf gives a JSON value for what an app passed, whatever it was.
function jsonOf(value) {
  let text;
  try {
    text = JSON.stringify(wireClone(value));
  } catch (error) {
    return `not representable: ${error.message}`;
  }
  if (text === undefined) {
    return null;
  }
  return text.length > argsLimit ? `${text.slice(0, argsLimit)}… (${text.length} characters)` : JSON.parse(text);
}

function recordFor(registration, entry) {
  record({ extension: registration.extension_id, module: registration.extension.key, ...entry });
}
