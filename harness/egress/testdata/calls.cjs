// Calls what it is given by the ways that Node programs have, and prints one line for each: its name, and the answer's
// status or the error.
"use strict";
const http = require("node:http");
const https = require("node:https");

const [secure, plain, local, refused] = process.argv.slice(2);
const keep = new https.Agent({ keepAlive: true });

const get = (module, url, options = {}) => new Promise((resolve) => {
  module.get(url, options, (answer) => {
    answer.resume();
    answer.on("end", () => resolve(answer.statusCode));
  }).on("error", (error) => resolve(error.message));
});
const fetched = (url) => fetch(url).then((answer) => answer.status, (error) => String(error.cause?.message ?? error));
const posted = (url) => fetch(url, { method: "POST", body: "x".repeat(100000) }).then((answer) => answer.text());

(async () => {
  const results = {
    https: await get(https, secure),
    kept: await get(https, secure, { agent: keep }),
    again: await get(https, secure, { agent: keep }),
    fresh: await get(https, secure, { agent: false }),
    http: await get(http, plain),
    local: await get(http, local),
    fetch: await fetched(secure),
    fetchPlain: await fetched(plain),
    fetchLocal: await fetched(local),
    post: (await posted(secure)).length > 100000,
    refused: await get(https, refused),
    fetchRefused: await fetched(refused),
  };
  for (const [name, result] of Object.entries(results)) console.log(`${name} ${result}`);
  keep.destroy();
})();
