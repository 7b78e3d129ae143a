// AP.confluence: macros, which have a file of their own, and the properties of the content that a frame
// is on. REST has the same properties.

function contentOf({ extension }) {
  const { contentId } = plain(plain(page.location).context);
  return plain(extension.options.productContext)['content.id'] || contentId;
}

// withContent runs work with the address of a property of this content. What no content has cannot be
// answered.
function withContent(call, name, key, work) {
  const content = contentOf(call);
  if (!content || typeof key !== 'string' || !key) {
    failCall(call, `confluence.${name}`, content ? 'there is no key' : 'there is no content here');
    return;
  }
  during(call, work(`rest/api/content/${encodeURIComponent(content)}/property/${encodeURIComponent(key)}`));
}

// readProperty answers undefined for what there is not.
async function readProperty(call, path) {
  let property;
  try {
    property = await productREST(path);
  } catch (error) {
    console.warn(`[standin] ${error.message}`);
  }
  call.respond(property);
  return property;
}

function getContentProperty(call, key) {
  withContent(call, 'getContentProperty', key, (path) => readProperty(call, path));
}

// setContentProperty makes a property by version 1 and changes it by the next version; any other is a
// conflict, and the app is told {error}.
function setContentProperty(call, property) {
  const { key, value, version } = plain(property);
  withContent(call, 'setContentProperty', key, async (path) => {
    let result;
    try {
      result = { property: await productREST(path, 'PUT', { key, value, version: plain(version) }) };
    } catch (error) {
      result = { error: error.message };
    }
    call.respond(result);
    showProperty(result.property);
  });
}

function syncPropertyFromServer(call, key) {
  withContent(call, 'syncPropertyFromServer', key, async (path) => showProperty(await readProperty(call, path)));
}

// showProperty is the product's event contentProperty.update: a byline item that names the property shows
// its text and tooltip (Confluence Cloud host scripts, contentbyline/content-byline-view.js).
function showProperty(property) {
  if (!property) {
    return;
  }
  const { name, tooltip } = plain(property.value);
  for (const trigger of page.triggers.filter(({ property: key }) => key && key === property.key)) {
    const button = document.getElementById(trigger.button);
    if (button && plain(name).value) {
      button.textContent = String(name.value);
    }
    if (button && plain(tooltip).value) {
      button.setAttribute('title', String(tooltip.value));
    }
  }
}

if (page.product === 'confluence') {
  defineModule('confluence', {
    saveMacro: method(['macroParameters', 'macroBody'], saveMacro),
    closeMacroEditor: method([], closeMacroEditor),
    getMacroData: method([], getMacroData),
    getMacroBody: method([], getMacroBody),
    onMacroPropertyPanelEvent: method(['eventBindings'], onMacroPropertyPanelEvent),
    closeMacroPropertyPanel: method([], closeMacroPropertyPanel),
    getContentProperty: method(['key'], getContentProperty),
    setContentProperty: method(['contentProperty'], setContentProperty),
    syncPropertyFromServer: method(['key'], syncPropertyFromServer),
    // Names in a captured page of 2025; what they take is not published.
    getContentPropertyV2: notEmulated('key'),
    syncPropertyFromServerV2: notEmulated('key'),
    postPropertyToServerV2: notEmulated('property'),
    updatePropertyToServerV2: notEmulated('key', 'property'),
  });
}
