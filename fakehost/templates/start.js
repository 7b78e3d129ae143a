// The controls of the start page: users, clock, apps, and the journal as it grows.
(() => {
  "use strict";
  const config = JSON.parse(document.getElementById("standin-start").textContent);
  const byId = (id) => document.getElementById("standin-" + id);
  const maxRows = 500;
  const retryMs = 2000;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const complain = (text) => {
    byId("alert").textContent = text || "";
    byId("alert").hidden = !text;
  };

  // ask calls a control endpoint; with a body it is a POST.
  const ask = async (url, body) => {
    const options = { headers: { "X-Standin-Secret": config.secret }, cache: "no-store" };
    if (body) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const response = await fetch(url, options);
    // Another run listens here now, with another secret, which a reload brings.
    if (response.status === 403) location.reload();
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  };

  // Clock: the host's time goes on at the pace of ours.
  let offsetMs = 0;
  const tick = () => {
    byId("now").value = new Date(Date.now() + offsetMs).toLocaleString([], { hourCycle: "h23" });
  };
  const showClock = (state) => {
    offsetMs = Date.parse(state.now) - Date.now();
    const moved = Math.abs(state.offsetMs) >= 1;
    byId("offset").textContent = moved ? (state.offsetMs > 0 ? "ahead by " : "behind by ") + state.offset.replace("-", "") : "real time";
    byId("real").disabled = !moved;
    tick();
  };

  const showUsers = (answer) => {
    for (const user of answer.users) {
      for (const input of byId("users").querySelectorAll("input")) {
        if (input.value === user.id) input.checked = user.current;
      }
    }
  };

  const actionNames = { uninstall: "Uninstall", reinstall: "Install again", disable: "Disable", enable: "Enable", "rotate-secret": "Rotate secret" };
  const showApps = (answer) => {
    const parts = answer.apps.map((app) => {
      const part = element("div");
      const line = element("p", "", app.name + " ");
      line.append(element("code", "", app.state));
      line.title = app.key + " at " + app.baseUrl + ", client key " + app.clientKey;
      const actions = element("div", "actions");
      for (const action of app.actions) {
        const button = element("button", "", actionNames[action] || action);
        button.type = "button";
        button.addEventListener("click", () => act(button, config.appsURL, { app: app.key, do: action }, changed));
        actions.append(button);
      }
      part.append(line, actions);
      return part;
    });
    byId("apps").replaceChildren(...(parts.length ? parts : [element("p", "quiet", "None is installed.")]));
  };

  // Conditions: the answer is kept whole, for it may have more than there are choices.
  let conditions = {};
  const choices = () => byId("conditions").querySelectorAll("[data-condition]");
  const showConditions = (answer) => {
    conditions = answer;
    for (const choice of choices()) {
      const value = String(answer[choice.dataset.condition] || "");
      if (![...choice.options].some((option) => option.value === value)) choice.append(new Option(value, value));
      choice.value = value;
    }
    byId("usual").disabled = !Object.values(answer).some(Boolean);
  };
  const chosen = ({ dataset, value }) => {
    const field = dataset.condition;
    return { ...conditions, [field]: field === "resolverStatus" ? Number(value) : value };
  };

  // Which places there are depends on the apps that are installed.
  const changed = () => location.reload();

  // Answers can overtake each other, and only the newest counts. shown is how often one
  // was shown: one that was asked for before another was shown may be the older of the two.
  let shown = 0;

  const refresh = async () => {
    const urls = [config.clockURL, config.userURL, config.appsURL, config.conditionsURL];
    for (;;) {
      const before = shown;
      const [clock, users, apps, faults] = await Promise.all(urls.map((url) => ask(url)));
      if (shown !== before) continue;
      shown++;
      showClock(clock);
      showUsers(users);
      showApps(apps);
      showConditions(faults);
      return;
    }
  };

  // act does what a person asked for; what went wrong is said at the top.
  const act = async (control, url, body, show) => {
    control.disabled = true;
    const before = shown;
    try {
      const answer = await ask(url, body);
      const overtaken = shown !== before;
      shown++;
      show(answer);
      complain("");
      if (overtaken) await refresh();
    } catch (error) {
      complain(error.message);
      await refresh().catch(() => {});
    } finally {
      if (control !== byId("real")) control.disabled = false;
    }
  };

  document.addEventListener("click", (event) => {
    const { advance, offset, kind } = event.target.dataset;
    if (advance || offset) act(event.target, config.clockURL, { advance, offset, kind }, showClock);
  });
  byId("users").addEventListener("change", (event) => {
    act(event.target, config.userURL, { user: event.target.value }, showUsers);
  });

  byId("conditions").addEventListener("change", (event) => {
    act(event.target, config.conditionsURL, chosen(event.target), showConditions);
  });
  byId("usual").addEventListener("click", (event) => {
    act(event.target, config.conditionsURL, {}, showConditions).then(() => showConditions(conditions));
  });

  const showTheme = ({ theme }) => {
    const root = document.documentElement;
    root.toggleAttribute("data-color-mode", Boolean(theme));
    if (theme) root.setAttribute("data-color-mode", theme);
    for (const input of byId("themes").querySelectorAll("input")) input.checked = input.value === theme;
  };
  byId("themes").addEventListener("change", (event) => {
    act(event.target, config.themeURL, { theme: event.target.value }, showTheme);
  });

  // Journal, newest first.
  const tones = { refused: "bad", fault: "bad", "not-emulated": "bad", control: "hand", saved: "hand", minted: "token", delivered: "token" };
  const row = (entry) => {
    const line = element("li", entry.status >= 400 ? "bad" : tones[entry.kind]);
    const time = element("time", "", new Date(entry.at).toLocaleTimeString([], { hourCycle: "h23" }));
    time.dateTime = entry.at;
    const request = [entry.method, entry.url].filter(Boolean).join(" ") + (entry.status ? " \u2192 " + entry.status : "");
    const what = [entry.call, request, entry.text, entry.module && "[" + entry.module + "]", entry.token && "token " + entry.token];
    const cell = element("span", "what", what.filter(Boolean).join(" \u00b7 "));
    if (entry.args) cell.title = JSON.stringify(entry.args);
    line.append(element("span", "", "#" + entry.seq), time, element("span", "kind", entry.kind), cell);
    return line;
  };
  const changes = new Set(["control", "lifecycle"]);
  const show = (entries) => {
    const list = byId("journal");
    list.prepend(...entries.map(row).reverse());
    while (list.children.length > maxRows) list.lastChild.remove();
  };

  const follow = async () => {
    let last = 0;
    let lost = false;
    for (;;) {
      try {
        const answer = await ask(config.journalURL + "?wait=25s&after=" + last);
        show(answer.entries);
        last = answer.last;
        byId("count").textContent = last === 1 ? "1 entry" : last + " entries";
        if (lost || answer.entries.some((entry) => changes.has(entry.kind))) await refresh();
        if (lost) complain("");
        lost = false;
      } catch {
        lost = true;
        complain("standin does not answer. Has it ended?");
        await new Promise((done) => setTimeout(done, retryMs));
      }
    }
  };

  setInterval(tick, 500);
  refresh().catch((error) => complain(error.message));
  follow();
})();
