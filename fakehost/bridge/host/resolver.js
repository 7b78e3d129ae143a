// The content resolver: the product's own address for a fresh iframe URL and context token.

// resolveContent asks for an extension anew. It gives {url, options, macro, getToken}, and rejects with a
// reason a person can read. getToken is what the host was told since this page was rendered.
async function resolveContent(extension) {
  const response = await fetch(resolverURL(extension), {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { Accept: 'application/json', 'X-Standin-Extension': extension.id },
    body: resolverForm(extension),
  });
  if (!response.ok) {
    throw new Error(`the content resolver answered ${response.status}`);
  }
  let answer = parsed(await response.text());
  if (typeof answer === 'string') {
    answer = parsed(answer);
  }
  if (answer === null || typeof answer !== 'object') {
    throw new Error('the content resolver answered something that is not an object');
  }
  const getToken = (response.headers && response.headers.get('X-Standin-Get-Token')) || '';
  return { url: answer.url, options: plain(answer.options), macro: answer.macro, getToken };
}

// parsed reads JSON. Who is logged out may be answered with a page of HTML.
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('the content resolver answered something that is not JSON, as it does when nobody is logged in');
  }
}

function resolverURL({ addon_key: addonKey, key }) {
  const own = page.extensions[0];
  if (page.resolverURL && own && own.addon_key === addonKey && own.key === key) {
    return page.resolverURL;
  }
  return productURL(`plugins/servlet/ac/${encodeURIComponent(addonKey)}/${encodeURIComponent(key)}`).href;
}

function resolverForm({ addon_key: addonKey, key, options }) {
  const form = new URLSearchParams({
    'plugin-key': addonKey,
    'product-context': JSON.stringify(options.productContext || {}),
    key,
    width: options.width || '',
    height: options.height || '',
    classifier: 'json',
  });
  if (options.contentClassifier) {
    form.append('content-classifier', options.contentClassifier);
  }
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith('ac.')) {
      form.set(name, value);
    }
  }
  // What a dialog was opened with is at hand in its URL as {ac.name}.
  for (const [name, value] of Object.entries(options.isDialog ? plain(options.customData) : {})) {
    if (['string', 'number', 'boolean'].includes(typeof value)) {
      form.set(`ac.${name}`, String(value));
    }
  }
  return form;
}
