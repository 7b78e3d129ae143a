// AP.customContent: the page on which a custom content is edited has a title, Save and Close of its own;
// the app's frame has the rest. What the app intercepts, it is asked for by an event, and answers by the
// callback of that name (DOC "Confluence JavaScript API", Custom content).

const interceptable = ['submit', 'submitSuccess', 'submitError', 'cancel'].map((name) => `confluence.customcontent.${name}`);

// The app's answer is waited for so long.
const editAnswerMs = 10000;

// Of the one edit page that this may be: what is intercepted, and who waits for an answer to what.
const intercepted = new Map();
let awaitedAnswer = null;

function intercept(call, event) {
  if (!page.customContent || !interceptable.includes(event)) {
    failCall(call, 'customContent.intercept', page.customContent ? 'there is no such event' : 'no custom content is being edited');
    return;
  }
  intercepted.set(event, call.extension.id);
}

function answersTo(name) {
  return (call, ...values) => {
    if (!awaitedAnswer || awaitedAnswer.event !== `confluence.customcontent.${name}`) {
      failCall(call, `customContent.${name}Callback`, 'nobody waits for this answer');
      return;
    }
    awaitedAnswer.take(values);
  };
}

// askEditor asks the app, if it intercepts the event. It gives the values of the answer; undefined, when
// the app does not intercept; it throws when the app is late.
async function askEditor(event, payload) {
  const id = intercepted.get(event);
  if (!id || !registrations.has(id)) {
    return undefined;
  }
  const answer = new Promise((take, refuse) => {
    const late = setTimeout(() => refuse(new Error(`The app did not answer ${event} within ${editAnswerMs / 1000} seconds.`)), editAnswerMs);
    awaitedAnswer = { event, take: (values) => { clearTimeout(late); take(values); } };
  });
  emit(event, { id }, payload);
  try {
    return await answer;
  } finally {
    awaitedAnswer = null;
  }
}

async function saveCustomContent() {
  const { spaceKey, contentType, contentId } = page.customContent;
  const title = document.getElementById('standin-content-title').value;
  const answer = await askEditor('confluence.customcontent.submit', { title, spaceKey, contentType, contentId });
  if (!answer) {
    throw new Error('The app does not intercept confluence.customcontent.submit, so there is nothing to save.');
  }
  const [body, reason] = answer;
  if (body === false) {
    throw new Error(reason || 'The app cancelled the save.');
  }
  const content = typeof body === 'string' ? { title, space: { key: spaceKey }, type: contentType, body: { storage: { value: body, representation: 'storage' } } } : body;
  let saved;
  try {
    saved = await (contentId ? productREST(`rest/api/content/${encodeURIComponent(contentId)}`, 'PUT', content) : productREST('rest/api/content', 'POST', content));
  } catch (error) {
    const said = await askEditor('confluence.customcontent.submitError', error.message);
    throw new Error(said && said[0] === false ? String(said[1] || '') : error.message);
  }
  page.customContent.contentId = saved.id;
  await leaveEditor('confluence.customcontent.submitSuccess', saved, plain(saved._links).webui);
}

// leaveEditor goes on to a page, unless the app keeps the person here.
async function leaveEditor(event, payload, path) {
  const said = await askEditor(event, payload);
  if (said && said[0] === false) {
    throw new Error(String(said[1] || ''));
  }
  location.assign(productURL(path).href);
}

// startEditor gives the page's two buttons their work. One press is worked on at a time.
function startEditor() {
  const edited = page.customContent;
  if (!edited) {
    return;
  }
  const status = document.getElementById('standin-content-status');
  let busy = false;
  const press = (id, work) => document.getElementById(id).addEventListener('click', async () => {
    if (busy) {
      return;
    }
    busy = true;
    status.textContent = '';
    try {
      await work();
    } catch (error) {
      status.textContent = error.message;
    } finally {
      busy = false;
    }
  });
  press('standin-content-save', saveCustomContent);
  press('standin-content-close', () => leaveEditor('confluence.customcontent.cancel', undefined, edited.closePath));
}

if (page.product === 'confluence') {
  const editComponent = {
    getEditComponent: proxied(method([], () => ({})), {
      intercept: method(['event'], intercept),
      submitCallback: method(['data', 'message'], answersTo('submit')),
      submitSuccessCallback: method(['data', 'message'], answersTo('submitSuccess')),
      submitErrorCallback: method(['data', 'message'], answersTo('submitError')),
      cancelCallback: method(['data', 'message'], answersTo('cancel')),
    }),
  };
  defineModule('customContent', editComponent);
  // Both names stand in a captured page.
  defineModule('custom-content', editComponent);
}
