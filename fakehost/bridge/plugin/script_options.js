// The options that an app writes on its script tag: data-options="sizeToParent:true;hideFooter:true".
// They count only where exactly one element is found; two script tags mean none.

const scriptSelectors = [
  "script[src*='/atlassian-connect/all']",
  "script[src*='/connect-cdn.atl-paas.net/all']",
  "script[src*='/connect-alljs-cdn-bifrost.frontend.cdn.atlassian-us-gov-mod.com/assets/all']",
];

let parsedOptions;

function scriptOption(name) {
  if (!parsedOptions) {
    parsedOptions = parseOptions(optionsText());
  }
  return parsedOptions[name];
}

function optionsText() {
  const explicit = document.querySelectorAll('#ac-iframe-options');
  if (explicit.length === 1 && explicit[0].getAttribute('data-options')) {
    return explicit[0].getAttribute('data-options');
  }
  for (const selector of scriptSelectors) {
    const scripts = document.querySelectorAll(selector);
    if (scripts.length === 1) {
      return scripts[0].getAttribute('data-options') || '';
    }
  }
  return '';
}

// parseOptions cuts a value at its colon and throws on an entry without one, as published all.js does.
function parseOptions(text) {
  const parsed = {};
  for (const entry of text.split(';').map((part) => part.trim()).filter(Boolean)) {
    const [key, value] = entry.split(':');
    if (value === undefined) {
      throw new TypeError(`data-options: "${entry}" has no value; published all.js fails here too`);
    }
    const word = value.trim();
    parsed[key.trim()] = word === 'true' || word === 'false' ? word === 'true' : word;
  }
  return parsed;
}
