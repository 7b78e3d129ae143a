// What a product's own all.js adds to its modules: functions inside an object cannot cross the bridge,
// so they stay here (P2 jsapi/.../iframe/plugin/jira.js; DOC "Jira JavaScript API", "Confluence
// JavaScript API"). The published file has none of it.

function attachProduct(AP) {
  if (AP.jira) {
    attachWorkflow(AP.jira);
    attachDashboardItem(AP.jira);
    attachDatePicker(AP.jira);
    for (const name of ['openCreateIssueDialog', 'openIssueDialog', 'showJQLEditor']) {
      AP.jira[name] = callbackLast(AP.jira[name]);
    }
  }
  if (AP.confluence) {
    attachPanel(AP.confluence);
  }
}

// callbackLast lets a callback stand anywhere: apps write it before the options, and the wire wants it last.
function callbackLast(send) {
  return (...args) => {
    const callbacksGiven = args.filter((arg) => typeof arg === 'function').slice(0, 1);
    return send(...args.filter((arg) => typeof arg !== 'function'), ...callbacksGiven);
  };
}

// listen hears an event of the host without a word to it: the frame asks for every event already.
function listen(name, handler) {
  eventHandlers = { ...eventHandlers, [name]: handler };
}

// attachWorkflow gives the pair of listeners that the page of a workflow function asks when a person
// adds or updates it.
function attachWorkflow(jira) {
  const { getWorkflowConfiguration, _submitWorkflowConfigurationResponse: submit } = jira;
  let validate;
  let save;
  const configuration = {
    onSaveValidation(listener) {
      validate = listener;
    },
    onSave(listener) {
      save = listener;
    },
    trigger() {
      const valid = typeof validate === 'function' ? validate() : true;
      const saved = typeof save === 'function' ? save() : undefined;
      const response = { valid, value: valid ? String(saved) : undefined };
      if (submit) {
        submit(response);
      }
      return response;
    },
  };
  listen('jira_workflow_post_function_submit', () => configuration.trigger());
  jira.WorkflowConfiguration = configuration;
  // The product gives the text that was saved; the types give an object with the three functions. This is
  // both.
  jira.getWorkflowConfiguration = (callback) => getWorkflowConfiguration((text) => {
    if (typeof callback === 'function') {
      callback(Object.assign(Object(text === undefined ? '' : text), configuration));
    }
  });
}

function attachDashboardItem(jira) {
  let edit;
  listen('jira_dashboard_item_edit', () => typeof edit === 'function' && edit());
  jira.DashboardItem = {
    onDashboardItemEdit(listener) {
      edit = listener;
    },
  };
}

// attachDatePicker tells the host where the element is, and keeps onSelect.
function attachDatePicker(jira) {
  const { openDatePicker } = jira;
  jira.openDatePicker = (asked) => {
    const { onSelect, element, ...rest } = plain(asked);
    if (element && typeof element.getBoundingClientRect === 'function') {
      const { left, bottom } = element.getBoundingClientRect();
      rest.position = { left, top: bottom };
    }
    openDatePicker(rest, (iso, date) => typeof onSelect === 'function' && onSelect(iso, date));
  };
}

// attachPanel keeps the handlers of a macro's property panel; a handler is given nothing.
function attachPanel(confluence) {
  const { onMacroPropertyPanelEvent } = confluence;
  confluence.onMacroPropertyPanelEvent = (bindings) => {
    for (const [name, handler] of Object.entries(plain(bindings))) {
      ownListeners.on(name, () => handler());
    }
    onMacroPropertyPanelEvent({});
  };
}
