// What one product adds, and what all.js asks of the host for itself. Much of it needs a product's
// screens to mean anything; it is listed, so that an app finds the function, and noted when called.

const nothing = () => {};

if (page.product === 'confluence') {
  defineModule('confluence', {
    saveMacro: notEmulated('macroParameters', 'macroBody'),
    closeMacroEditor: notEmulated(),
    getMacroData: notEmulated(),
    getMacroBody: notEmulated(),
    onMacroPropertyPanelEvent: notEmulated('eventBindings'),
    closeMacroPropertyPanel: notEmulated(),
    getContentProperty: notEmulated('key'),
    setContentProperty: notEmulated('contentProperty'),
    syncPropertyFromServer: notEmulated('key'),
  });
  defineModule('customContent', { getEditComponent: notEmulated() });
} else {
  defineModule('jira', {
    // The issue's own fields are not on this page, so that there is nothing to fetch anew.
    refreshIssuePage: method([], nothing),
    isNativeApp: method([], (call) => call.respond(false)),
    isDashboardItemEditable: method([], (call) => call.respond(false)),
    getWorkflowConfiguration: notEmulated(),
    openCreateIssueDialog: notEmulated('params'),
    openIssueDialog: notEmulated('issueKey'),
    setDashboardItemTitle: notEmulated('title'),
    openDatePicker: notEmulated('options'),
    initJQLEditor: notEmulated(),
    showJQLEditor: notEmulated('options'),
  });
}

defineModule('dropdown', {
  create: notEmulated('options'),
  showAt: notEmulated('dropdownId', 'x', 'y', 'width'),
  hide: notEmulated('id'),
  itemDisable: notEmulated('dropdownId', 'itemId'),
  itemEnable: notEmulated('dropdownId', 'itemId'),
});

defineModule('theming', {
  // An empty theme makes published all.js take its attributes away and load no style sheet.
  initializeTheming: method(['forceNoCleanup'], (call, forceNoCleanup) => {
    dispatch('theme_initialized', { id: call.extension.id }, { initialTheme: {}, featureFlags: {}, forceNoCleanup: forceNoCleanup === true });
  }),
  _finishedInitTheming: method([], nothing),
});

defineModule('_analytics', {
  trackDeprecatedMethodUsed: method(['methodUsed'], nothing),
  trackIframePerformanceMetrics: method(['metrics'], nothing),
  trackWebVitals: method(['metrics'], nothing),
});

defineModule('_featureFlag', {
  getBooleanFeatureFlag: promised(['flagName'], async () => false),
});
