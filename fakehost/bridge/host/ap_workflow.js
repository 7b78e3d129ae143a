// AP.jira's part for workflow functions: the page on which one is added or updated asks the app for what
// is to be saved (P2 jsapi/.../workflow-post-function.js). A press of the page's button goes to the
// frame as an event; all.js asks the app's listeners and answers with {valid, value}.

function getWorkflowConfiguration(call) {
  if (page.workflow) {
    call.respond(page.workflow.config);
  } else {
    failCall(call, 'jira.getWorkflowConfiguration', 'this page has no workflow function');
  }
}

// After a press, the first answer that is valid counts.
let workflowPressed = false;

function startWorkflow() {
  const button = page.workflow && document.getElementById('standin-workflow');
  if (button) {
    button.addEventListener('click', () => {
      workflowPressed = true;
      broadcastTo('jira_workflow_post_function_submit', () => true, {});
    });
  }
}

function submitWorkflowConfiguration(call, data) {
  const { valid, value } = plain(data);
  if (!page.workflow || !workflowPressed) {
    failCall(call, 'jira._submitWorkflowConfigurationResponse', 'nobody is saving a workflow function');
    return;
  }
  const status = document.getElementById('standin-workflow-status');
  if (!valid) {
    status.textContent = 'Not saved: the app says that its configuration is not valid.';
    return;
  }
  workflowPressed = false;
  page.workflow.config = String(value);
  const { addon_key: addonKey, key } = call.extension;
  during(call, keepForRun('/_standin/workflow', { addonKey, key, config: String(value) }).then(() => {
    status.textContent = `Saved: ${short(String(value), 200)}`;
  }));
}
