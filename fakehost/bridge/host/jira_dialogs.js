// The dialogs of Jira's own that AP.jira opens: to create an issue, to look at one, to write JQL.

// openCreateIssueDialog answers when the dialog closes, with the issues that were created: none after
// Cancel (P2 jsapi/.../jira/issue.js).
function openCreateIssueDialog(call, ...args) {
  const { pid, issueType, fields } = optionsOf(args);
  during(call, Promise.all([productREST('rest/api/3/project'), productREST('rest/api/3/issuetype')]).then(([projects, types]) => {
    const form = issueForm(projects, types, { pid, issueType, fields: plain(fields) });
    const created = [];
    showHostDialog({
      title: 'Create issue',
      content: form.content,
      submitText: 'Create',
      cancelText: 'Cancel',
      async submit() {
        try {
          const { key } = await productREST('rest/api/3/issue', 'POST', { fields: form.fields() });
          created.push(await productREST(`rest/api/3/issue/${encodeURIComponent(key)}`));
          return '';
        } catch (error) {
          return error.message;
        }
      },
      closed: () => call.respond(created),
    });
  }));
}

// issueForm has the fields that every issue has, and one for each further one that the app gave.
function issueForm(projects, types, { pid, issueType, fields }) {
  const { summary, description, ...more } = fields;
  const project = choice(projects, pid);
  const type = choice(types, issueType);
  const title = field('input', { type: 'text', name: 'summary', required: '' }, summary);
  const text = field('textarea', { name: 'description', rows: '4' }, description);
  const others = Object.entries(more).map(([name, value]) => {
    const written = typeof value === 'string' ? value : JSON.stringify(value);
    return { name, value, written, input: field('input', { type: 'text', name }, written) };
  });
  return {
    content: [labelled('Project', project), labelled('Issue type', type), labelled('Summary', title), labelled('Description', text),
      ...others.map(({ name, input }) => labelled(name, input))],
    fields: () => ({
      project: { id: project.value },
      issuetype: { id: type.value },
      summary: title.value,
      ...(text.value ? { description: text.value } : {}),
      // What nobody touched goes as the app gave it, whatever its type.
      ...Object.fromEntries(others.map(({ name, value, written, input }) => [name, input.value === written ? value : input.value])),
    }),
  };
}

// openIssueDialog answers the key when the dialog closes, and an error key when there is no such issue.
// What the product's error keys are is not published.
function openIssueDialog(call, issueKey) {
  during(call, productREST(`rest/api/3/issue/${encodeURIComponent(String(issueKey))}?fields=*all`).then(({ key, fields }) => {
    const facts = element('dl', 'facts');
    for (const [name, value] of [['Issue', key], ['Project', plain(fields.project).name], ['Type', plain(fields.issuetype).name], ['Status', plain(fields.status).name]]) {
      const row = element('div');
      row.append(element('dt', '', name), element('dd', '', value || ''));
      facts.append(row);
    }
    showHostDialog({ title: String(fields.summary), content: [facts], cancelText: 'Close', closed: () => call.respond(key) });
  }, () => call.respond('ISSUE_NOT_FOUND')));
}

// So much of a description is shown (DOC "Jira JavaScript API", showJQLEditor).
const jqlDescriptionLimit = 512;

// showJQLEditor answers when the JQL is submitted; Cancel tells the app nothing.
function showJQLEditor(call, ...args) {
  const { jql, header, descriptionText, submitText, cancelText } = optionsOf(args);
  const text = field('textarea', { name: 'jql', rows: '3' }, jql);
  const content = [labelled('JQL', text)];
  if (descriptionText) {
    content.unshift(element('p', '', String(descriptionText).slice(0, jqlDescriptionLimit)));
  }
  showHostDialog({
    title: String(header || 'JQL editor'),
    content,
    submitText: String(submitText || 'Use JQL'),
    cancelText: String(cancelText || 'Cancel'),
    closed: (agreed) => agreed && call.respond({ jql: text.value }),
  });
}
