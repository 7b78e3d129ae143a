// AP.jira, the part about the page that a frame is on: a dashboard, an issue.

// The part of the page that a frame is in, if it is an item of a dashboard.
function dashboardItem({ extension, registration }) {
  return extension.options.moduleType === 'jiraDashboardItems' && registration.iframe ? registration.iframe.closest('.part') : null;
}

function setDashboardItemTitle(call, title) {
  const item = dashboardItem(call);
  if (!item) {
    failCall(call, 'jira.setDashboardItemTitle', 'this frame is no item of a dashboard');
    return;
  }
  item.querySelector('.part-title').textContent = String(title);
  item.setAttribute('aria-label', String(title));
}

// isDashboardItemEditable tells whether the item has an entry Configure: the item is configurable, and
// somebody is logged in (P2 jsapi/.../dashboard-item.js looks for the same entry).
function isDashboardItemEditable(call) {
  const item = dashboardItem(call);
  call.respond(Boolean(item && item.querySelector('.configure')));
}

// startConfigure has the page's Configure buttons tell their items, by the event that the product has
// for it.
function startConfigure() {
  for (const button of document.querySelectorAll('button.configure')) {
    const id = button.getAttribute('data-configure');
    button.addEventListener('click', () => {
      const extension = page.extensions.find((one) => one.extension_id && `embedded-${one.extension_id}` === id);
      if (extension) {
        broadcastTo('jira_dashboard_item_edit', ({ extension: { addon_key: addonKey, key } }) => addonKey === extension.addon_key && key === extension.key, {});
      }
    });
  }
}

// refreshIssuePage makes the frames on the issue anew, as the product did when it drew the issue anew
// (P2 jsapi/.../jira/events.js). Whether the issue view of today keeps a frame whose module has not
// changed is not known. Dialogs stay.
function refreshIssuePage(call) {
  if (!page.issue) {
    failCall(call, 'jira.refreshIssuePage', 'this page is no issue');
    return;
  }
  for (const { iframe, extension } of [...registrations.values()]) {
    const container = iframe && iframe.parentElement;
    if (container && container.closest('main')) {
      const again = { ...JSON.parse(JSON.stringify(extension)), id: undefined, extension_id: undefined, url: '' };
      container.classList.remove('iframe-init');
      container.replaceChildren();
      mountTriggered(again, container);
    }
  }
}

if (page.product === 'jira') {
  defineModule('jira', {
    refreshIssuePage: method([], refreshIssuePage),
    isNativeApp: method([], (call) => call.respond(false)),
    isDashboardItemEditable: method([], isDashboardItemEditable),
    setDashboardItemTitle: method(['title'], setDashboardItemTitle),
    getWorkflowConfiguration: method([], getWorkflowConfiguration),
    _submitWorkflowConfigurationResponse: method(['data'], submitWorkflowConfiguration),
    openCreateIssueDialog: method(['params'], openCreateIssueDialog),
    openIssueDialog: method(['issueKey'], openIssueDialog),
    openDatePicker: method(['options'], openDatePicker),
    initJQLEditor: method([], nothing),
    showJQLEditor: method(['options'], showJQLEditor),
  });
}
