// AP.confluence, the part about macros: what an editor or a property panel of one asks for and saves
// (Confluence Cloud host scripts, module confluence-macro-v5: macro/editor.js, macro/property-panel-*.js).

// The panel's iframe says when it listens; until then so many presses of its controls wait.
const panelPressesKept = 10;
let panelListens = false;
let panelPresses = [];

// macroBeingEdited is the macro whose editor or panel a frame is; undefined for any other frame.
function macroBeingEdited({ extension }) {
  return extension.options.contentClassifier ? extension.macro : undefined;
}

// saveMacro replaces the parameters, all of them, and the body if there is one.
function saveMacro(call, parameters, body) {
  const macro = macroBeingEdited(call);
  if (!macro || parameters === null || typeof parameters !== 'object') {
    failCall(call, 'confluence.saveMacro', macro ? 'the parameters are not an object' : 'no macro is being edited in this frame');
    return;
  }
  const params = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined) {
      params[name] = String(value);
    }
  }
  const { addon_key: addonKey, key } = call.extension;
  const saved = { params, ...(typeof body === 'string' ? { body } : {}) };
  for (const { extension } of registrations.values()) {
    if (extension.macro && extension.key === key && extension.addon_key === addonKey && extension.macro.id === macro.id) {
      Object.assign(extension.macro, saved);
    }
  }
  during(call, keepForRun('/_standin/macro', { addonKey, key, content: macro.content, macro: macro.id, ...saved }));
}

// A frame in the page is told of its own macro, too: the product finds it by macro.id.
function getMacroData(call) {
  const { macro } = call.extension;
  call.respond(macro ? { ...macro.params } : undefined);
}

function getMacroBody(call) {
  const { macro } = call.extension;
  call.respond(macro ? macro.body : undefined);
}

// closeMacroEditor closes the dialog on top, as AP.dialog.close() does; nothing is saved.
function closeMacroEditor(call) {
  const dialog = dialogOf(call.extension) || activeDialog();
  if (dialog && dialog.extension.addon_key === call.extension.addon_key) {
    closeDialog(dialog, undefined, false);
  } else {
    failCall(call, 'confluence.closeMacroEditor', 'no macro editor is open');
  }
}

// showMacroControls puts the panel's controls under its iframe.
function showMacroControls(extension, container) {
  if (extension.options.contentClassifier !== 'property-panel') {
    return;
  }
  panelListens = false;
  panelPresses = [];
  const controls = plain(extension.macro).controls || [];
  if (!controls.length) {
    return;
  }
  const bar = element('div', 'actions standin-controls');
  setAttributes(bar, { role: 'group', 'aria-label': 'Controls of the macro' });
  for (const { key, name } of controls) {
    const button = element('button', 'aui-button', name);
    button.setAttribute('type', 'button');
    button.addEventListener('click', () => pressControl(key, extension.key));
    bar.append(button);
  }
  container.after(bar);
}

function pressControl(control, macro) {
  const press = { event: `click.${control}.${macro}.macro.property-panel`, macro };
  if (panelListens) {
    tellOfPress(press);
  } else if (panelPresses.length < panelPressesKept) {
    panelPresses.push(press);
  }
}

// tellOfPress tells every frame whose id has the macro's key in it.
function tellOfPress({ event, macro }) {
  broadcastTo(event, (registration) => registration.extension_id.includes(macro), undefined);
}

// The handlers themselves stay in the app: no function crosses the bridge.
function onMacroPropertyPanelEvent() {
  panelListens = true;
  for (const press of panelPresses.splice(0)) {
    tellOfPress(press);
  }
}

function closeMacroPropertyPanel(call) {
  const frames = [...registrations.values()].filter(({ extension }) => extension.options.contentClassifier === 'property-panel')
    .map(({ extension }) => document.getElementById(extension.id));
  const open = inlineDialogs.filter(({ box }) => box && frames.some((frame) => box.contains(frame)));
  if (open.length === 0) {
    failCall(call, 'confluence.closeMacroPropertyPanel', 'no property panel is open');
  }
  open.forEach(closeInlineDialog);
}
