// AP.request: a REST call to the product, made by this page on the user's behalf. It can reach this
// page's own origin alone, and passes on three headers.

const passedHeaders = ['accept', 'if-match', 'if-none-match'];

async function request(call, first, second) {
  const options = typeof first === 'string' ? { ...plain(second), url: first } : plain(first);
  const verb = String(options.type || options.method || 'GET').toUpperCase();
  const url = productURL(options.url || '');
  const init = { method: verb, credentials: 'same-origin', headers: requestHeaders(call, options) };
  addData(init, url, options);
  if (options.cache === false) {
    url.searchParams.set('_', String(Date.now()));
  }
  let response;
  let body;
  try {
    response = await fetch(url, init);
    body = await (options.binaryAttachment && response.ok ? response.arrayBuffer() : response.text());
  } catch (error) {
    throw { xhr: xhrOf(0, 'error', ''), statusText: 'error', err: error.message };
  }
  const xhr = xhrOf(response.status, response.statusText, typeof body === 'string' ? body : undefined, response.headers);
  if (!response.ok && response.status !== 304) {
    throw { xhr, statusText: 'error', err: response.statusText || `status ${response.status}` };
  }
  return { body, xhr };
}

function requestHeaders(call, options) {
  const headers = { 'AP-Client-Key': call.extension.addon_key };
  for (const [name, value] of Object.entries(plain(options.headers))) {
    if (passedHeaders.includes(name.toLowerCase())) {
      headers[name] = String(value);
    }
  }
  if (options.contentType && options.contentType !== 'multipart/form-data') {
    headers['Content-Type'] = String(options.contentType);
  }
  return headers;
}

function addData(init, url, { data, contentType }) {
  if (data === undefined || data === null) {
    return;
  }
  if (init.method === 'GET' || init.method === 'HEAD') {
    for (const [name, value] of typeof data === 'string' ? new URLSearchParams(data) : Object.entries(data)) {
      url.searchParams.append(name, value);
    }
  } else if (contentType === 'multipart/form-data') {
    init.body = formOf(data);
  } else if (typeof data === 'object' && !(data instanceof Blob) && !(data instanceof ArrayBuffer)) {
    init.body = new URLSearchParams(Object.entries(data).map(([name, value]) => [name, String(value)]));
  } else {
    init.body = data;
  }
}

function formOf(data) {
  const form = new FormData();
  for (const [name, value] of Object.entries(data)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      form.append(name, item instanceof Blob ? item : String(item));
    }
  }
  return form;
}

// xhrOf keeps of a response what can cross the bridge: no functions.
function xhrOf(status, statusText, responseText, headers) {
  return { readyState: status ? 4 : 0, status, statusText, responseText, responseHeaders: headers ? Object.fromEntries(headers) : {} };
}

defineGlobals({
  request: promised(['url', 'options'], request),
  addRequestMarshal: notEmulated(),
});
