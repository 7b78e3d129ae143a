// The start: the one global name, the one listener, and the frames of this page.

window.addEventListener('message', receive);

window.standinHost = {
  // flush resolves when every journal entry has reached the server.
  flush,
  // unsaid is the number of journal entries and posts that have not.
  unsaid,
  // pending is the number of calls that were received and are still to be answered.
  pending: pendingCount,
  // bridges maps the id of each established extension to true.
  bridges() {
    const established = [...registrations.values()].filter((registration) => registration.established);
    return Object.fromEntries(established.map((registration) => [registration.extension_id, true]));
  },
  // registerExistingExtension takes calls from an extension that an app opened within its own frame:
  // its id, and {extension: {addon_key, key, url, options}, initCallback}.
  registerExistingExtension: adopt,
  // destroy ends an extension by its id, as the removal of its iframe does.
  destroy(extensionID) {
    if (registrations.has(extensionID)) {
      destroy(registrations.get(extensionID));
    }
  },
  // setGetToken changes how AP.context.getToken behaves from now on: '', 'hang', 'empty' or 'reject'.
  setGetToken(fault) {
    page.getToken = fault;
    forgetWithheld();
  },
  // setTheme dresses the page in 'light', in 'dark', or in '' for none; apps that asked for it are told.
  setTheme,
};

function containerFor(extension) {
  const found = extension.extension_id && document.getElementById(`embedded-${extension.extension_id}`);
  if (found) {
    return found;
  }
  const made = element('div', 'ap-iframe-container');
  document.body.append(made);
  return made;
}

function start() {
  watchRemovals();
  for (const extension of page.extensions) {
    mount(extension, containerFor(extension)).catch((error) => console.error(`[standin] ${extension.key} was not mounted: ${error.message}`));
  }
  startTriggers();
  startConfigure();
  startWorkflow();
  startEditor();
  startTheme();
}

if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', start);
} else {
  start();
}
