// Makes a Node program use the proxy of its environment where it would not by itself. Node does it from 22.21 and 24.5
// on, when NODE_USE_ENV_PROXY is set; here it is done for those before: http, https and fetch, whichever agent is used.
// Libraries that read the variables themselves are not disturbed, for their connections go to loopback.
"use strict";

const [major, minor] = process.versions.node.split(".").map(Number);
const byItself = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
const address = process.env.HTTPS_PROXY;

if (address && !byItself && process.env.NODE_USE_ENV_PROXY === "1") {
  const http = require("node:http");
  const https = require("node:https");
  const net = require("node:net");
  const tls = require("node:tls");
  const proxy = new URL(address);
  const direct = { http: http.Agent.prototype.createConnection, https: https.Agent.prototype.createConnection };

  // The names of NO_PROXY, as standin sets it.
  const isLocal = (host) => ["localhost", "127.0.0.1", "::1", "[::1]"].includes(String(host || "localhost").toLowerCase());

  // Opens a tunnel to a host, and gives its socket.
  const tunnel = (host, port, done) => {
    const target = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
    const request = http.request({
      host: proxy.hostname, port: proxy.port, method: "CONNECT", path: target, headers: { host: target }, agent: false,
    });
    request.once("connect", (response, socket) => {
      if (response.statusCode === 200) return done(null, socket);
      socket.destroy();
      done(new Error(response.statusMessage));
    });
    request.once("error", done);
    request.end();
  };

  const through = (kind, standard, finish) => function createConnection(...args) {
    const [options] = args;
    const done = args.at(-1);
    const plain = typeof options !== "object" || typeof done !== "function" || options.socket || options.socketPath;
    if (plain || isLocal(options.host)) return direct[kind].apply(this, args);
    tunnel(options.host, options.port || standard, (error, socket) => {
      if (error) return done(error);
      done(null, finish(this, options, socket));
    });
  };
  http.Agent.prototype.createConnection = through("http", 80, (agent, options, socket) => socket);
  https.Agent.prototype.createConnection = through("https", 443, (agent, options, socket) =>
    direct.https.call(agent, { ...options, socket }));

  // fetch is undici's, whose dispatcher is found by this symbol once one of its classes was asked for.
  const key = Symbol.for("undici.globalDispatcher.1");
  const loaded = typeof Response === "function" && globalThis[key];
  if (loaded) {
    const connect = ({ hostname, protocol, port, servername }, done) => {
      const secure = protocol === "https:";
      const made = (error, socket) => {
        if (error) return done(error);
        if (!secure) return done(null, socket);
        const safe = tls.connect({ socket, servername: servername || hostname, ALPNProtocols: ["http/1.1"] });
        safe.once("secureConnect", () => done(null, safe));
        safe.once("error", done);
      };
      const at = port || (secure ? 443 : 80);
      if (!isLocal(hostname)) return tunnel(hostname, at, made);
      const socket = net.connect(at, hostname.replace(/^\[|\]$/g, ""));
      socket.once("connect", () => made(null, socket));
      socket.once("error", made);
    };
    globalThis[key] = new loaded.constructor({ connect });
  }
}
