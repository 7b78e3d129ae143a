// What the calls of a product's own modules have in common: they ask the product's REST API as the
// person who looks, and they take their time.

// productREST calls the product. It gives the value of the answer, and rejects with the product's own
// words.
async function productREST(path, verb = 'GET', body) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(productURL(path), {
    method: verb, credentials: 'same-origin', headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const value = text ? JSON.parse(text) : undefined;
  if (!response.ok) {
    const said = plain(value);
    const messages = [...(said.errorMessages || []), ...Object.values(plain(said.errors)), said.message].filter((one) => typeof one === 'string' && one);
    throw new Error(messages.join('; ') || `the product answered ${response.status}`);
  }
  return value;
}

// keepForRun hands the server something that the app had the product keep.
async function keepForRun(path, value) {
  const body = JSON.stringify(value);
  const response = await fetch(path, {
    // The page may be left at once: a small body still arrives.
    method: 'POST', keepalive: body.length < batchBytes, headers: { 'Content-Type': 'application/json', 'X-Standin-Secret': page.secret }, body,
  });
  if (!response.ok) {
    throw new Error(plain(await response.json()).error || `the stand-in answered ${response.status}`);
  }
  return response.json();
}

// during counts a call as pending while it is worked on.
function during(call, work) {
  pendingCalls.add(call);
  return work.catch((error) => console.error(`[standin] ${error.message}`)).finally(() => pendingCalls.delete(call));
}

// failCall is the end of a call that the product would not take here. The app hears nothing, as with
// the product; the journal says why.
function failCall(call, name, reason) {
  recordFor(call.registration, { kind: 'refused', call: name, text: `AP.${name}: ${reason}` });
}

// broadcastTo posts an event at once to the frames that accepts wants, as connectHost.broadcastEvent does.
function broadcastTo(name, accepts, payload) {
  for (const registration of [...registrations.values()].filter(accepts)) {
    dispatch(name, { id: registration.extension_id }, payload);
  }
}

// optionsOf is the first object among a call's arguments: apps write callback and options in either order.
function optionsOf(args) {
  return plain(args.find((arg) => arg !== null && typeof arg === 'object'));
}
