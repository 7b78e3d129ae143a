// AP.navigator: leading the whole product page somewhere else. Apps write the targets' names in
// several capitalisations, so they are compared without regard to it.

const segment = (value) => encodeURIComponent(String(value));

const jiraRoutes = {
  dashboard: ({ dashboardId }) => `secure/Dashboard.jspa?selectPageId=${segment(dashboardId)}`,
  issue: ({ issueKey }) => `browse/${segment(issueKey)}`,
  userprofile: ({ userAccountId, username }) => `people/${segment(userAccountId || username)}`,
  projectadminsummary: ({ projectKey }) => `plugins/servlet/project-config/${segment(projectKey)}/summary`,
  projectadmintabpanel: ({ addonKey, adminPageKey, projectKey, projectId }) =>
    `plugins/servlet/ac/${segment(addonKey)}/${segment(adminPageKey)}?project.key=${segment(projectKey)}&project.id=${segment(projectId)}`,
};

const confluenceRoutes = {
  contentview: ({ contentId }) => `pages/viewpage.action?pageId=${segment(contentId)}`,
  contentedit: ({ contentId }) => `pages/editpage.action?pageId=${segment(contentId)}`,
  spaceview: ({ spaceKey }) => `spaces/${segment(spaceKey)}`,
  spacetools: ({ spaceKey }) => `spaces/viewspacesummary.action?key=${segment(spaceKey)}`,
  dashboard: () => '',
  userprofile: ({ userAccountId, username }) => `people/${segment(userAccountId || username)}`,
  contentlist: ({ spaceKey, contentType }) => `spaces/${segment(spaceKey)}/${contentType === 'blogpost' ? 'blog' : 'pages'}`,
};

function addonModuleRoute({ addonKey, moduleKey, customData }) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(plain(customData))) {
    query.append(`ac.${name}`, value === null || value === undefined ? '' : String(value));
  }
  const text = query.toString();
  return `plugins/servlet/ac/${segment(addonKey)}/${segment(moduleKey)}${text ? `?${text}` : ''}`;
}

function siteRoute({ relativeUrl, absoluteUrl }) {
  if (typeof relativeUrl === 'string') {
    return relativeUrl;
  }
  const url = new URL(String(absoluteUrl));
  if (url.origin !== location.origin) {
    throw new Error('navigator.go stays within the site');
  }
  return url.pathname.slice(page.contextPath.length) + url.search + url.hash;
}

function go(call, target, context) {
  const name = String(target).toLowerCase();
  const routes = { ...(page.product === 'confluence' ? confluenceRoutes : jiraRoutes), addonmodule: addonModuleRoute, site: siteRoute };
  if (!Object.prototype.hasOwnProperty.call(routes, name)) {
    recordFor(call.registration, { kind: 'not-emulated', call: 'navigator.go', args: jsonOf([target, context]), text: `AP.navigator.go to ${short(name, 80)}` });
    return;
  }
  location.assign(productURL(routes[name]({ addonKey: call.extension.addon_key, ...plain(context) })));
}

// getLocation knows the content page of Confluence and its editor alone; that is all the documentation
// promises.
function navigatorLocation(call) {
  if (page.location) {
    call.respond(page.location);
    return;
  }
  const context = plain(call.extension.options.productContext);
  const contentId = context['content.id'] || context['page.id'];
  if (page.product === 'confluence' && contentId) {
    call.respond({ target: 'contentview', context: { contentId: String(contentId) } });
    return;
  }
  recordFor(call.registration, { kind: 'not-emulated', call: 'navigator.getLocation', args: [], text: 'AP.navigator.getLocation outside a content page' });
}

defineModule('navigator', {
  getLocation: method([], navigatorLocation),
  go: method(['target', 'context'], go),
  reload: method([], () => location.reload()),
});
