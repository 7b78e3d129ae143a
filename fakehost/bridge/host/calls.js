// Calls: what happens between a req message and its resp.
//
// A handler that throws, and a call that nobody knows, get no answer at all: the app's promise stays
// pending for ever, as with the product. A promise-returning handler throws Unanswered for the same end.

class Unanswered extends Error {}

const pendingCalls = new Set();

function handleRequest(event, registration) {
  const { mod, fn, _cls: cls } = event.data;
  const args = Array.isArray(event.data.args) ? event.data.args : [];
  const name = callName(mod, fn, cls);
  const definition = findDefinition(mod, fn, cls);
  const known = Boolean(definition && definition.handler);
  // What the bridge asks for its own statistics is no call of the app.
  if (!(known && name.startsWith('_'))) {
    recordFor(registration, {
      kind: known ? 'call' : 'not-emulated',
      call: name,
      args: jsonOf(args),
      text: `AP.${name}(${args.map(preview).join(', ')})`,
    });
  }
  if (known) {
    invoke(event, registration, definition, args, name);
  } else if (event.data.mid !== undefined) {
    console.warn(`[standin] AP.${name} is not emulated and will never answer`);
  }
}

function callName(mod, fn, cls) {
  const parts = [mod === '_globals' ? '' : mod, cls, fn === 'constructor' && cls ? '' : fn];
  return parts.filter((part) => part !== undefined && part !== '').map((part) => short(wordFor(part), 80)).join('.');
}

function preview(argument) {
  const text = JSON.stringify(jsonOf(argument));
  return short(text === undefined ? 'undefined' : text, 60);
}

function findDefinition(mod, fn, cls) {
  const members = apiModules.get(mod);
  if (!members) {
    return undefined;
  }
  if (!cls) {
    const member = members.get(fn);
    return member && !member.construct ? member : undefined;
  }
  const definition = members.get(cls);
  if (!definition || !definition.construct) {
    return undefined;
  }
  return fn === 'constructor' ? definition.construct : definition.methods.get(fn);
}

function invoke(event, registration, definition, args, name) {
  const { mod, fn, _cls: cls, _id: id, mid } = event.data;
  const key = `${mod}-${cls}-${id}`;
  const call = {
    registration,
    extension: registration.extension,
    instanceID: id,
    instance: cls ? registration.proxies.get(key) : undefined,
    respond: (...values) => respond(event.source, registration, mid, values),
  };
  if (cls && fn !== 'constructor' && !call.instance) {
    console.error(`[standin] AP.${name}: there is no such instance`);
    return;
  }
  try {
    const result = definition.handler(call, ...args);
    if (cls && fn === 'constructor') {
      registration.proxies.set(key, result || {});
    } else if (definition.returnsPromise) {
      settle(call, result, name);
    }
  } catch (error) {
    console.error(`[standin] AP.${name}: ${error.message}`);
  }
}

async function settle(call, result, name) {
  pendingCalls.add(call);
  try {
    call.respond(undefined, await result);
  } catch (error) {
    if (error instanceof Unanswered) {
      console.error(`[standin] AP.${name}: ${error.message}`);
      recordFor(call.registration, { kind: 'fault', call: name, text: `AP.${name} is never answered: ${error.message}` });
    } else {
      call.respond(error instanceof Error ? error.message : error);
    }
  } finally {
    pendingCalls.delete(call);
  }
}

function respond(source, registration, mid, values) {
  say(registration, source, { mid, type: 'resp', forPlugin: true, args: wireClone(values) });
}

// pendingCount counts the calls that will be answered and have not been. A call that is never
// answered does not count, or nobody could wait for the bridge to fall quiet.
function pendingCount() {
  return [...pendingCalls].filter((call) => registrations.get(call.registration.extension_id) === call.registration).length;
}
