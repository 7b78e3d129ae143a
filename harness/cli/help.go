package cli

const exitCodes = `Exit codes:
  0  every scenario passed, warned, or did not apply
  1  a scenario failed
  2  bad usage, config or descriptor; or the app could not be reached or installed
  3  the browser or standin broke; never the app's fault
  4  nothing failed, but something was inconclusive, the app was lost in the middle, or
     the run was interrupted`

const rootHelp = `standin stands in for Jira and Confluence Cloud. It installs a Connect app that runs
on this machine, shows it in an iframe of a real Chromium, moves time at will, judges
every request that the app sends to its own back end, and says which scenarios pass,
which fail, and why. It speaks to this machine only,
but for what "outside" in standin.yaml lets through.

Try these first:
  standin doctor                            is everything here that a run needs?
  standin demo                              see it at work on built-in apps
  standin run --app http://localhost:3000   try an app that runs
  standin serve --app http://localhost:3000 look at it yourself, in any browser
  standin judge recorded.har                judge what a browser recorded on a real site

` + exitCodes

const runHelp = `Installs the app on a fake host, plays the scenarios on it in a real browser, and says
which pass, which fail, and why. The report goes to standard error; data, as of
"--json -", to standard output.

With a command behind "--", standin starts the app in this folder, waits until its
descriptor answers, and stops it with everything that it started. The app gets in its
environment what it needs to accept the install: CONNECT_KEYS_CDN_URL, the address of
the key that signs the installed call, and PORT, from --app. An app that runs already
must be told that address beforehand: pin it with --listen.

Config: standin.yaml in this folder, or --config FILE. Flags win over it.

  app: http://localhost:3000
  baseUrl: https://jira.example.com     # the app's own, where it has that built in
  product: jira                         # or confluence; default: what the app's modules are of
  module: items-page                    # or all, or chart:editor; default: all are looked at, and
                                        # the one that calls its back end most is played
  site: acme.atlassian.net              # the site's name; default: a loopback address, or such a
                                        # name where the app takes no other
  user: anonymous                       # or customer, or {accountId: "...", locale: de_DE}
  stubs: stubs                          # a folder of answers to REST calls
  public:   ["/api/health", "/view/*"]  # need no token; * within a segment, ** across
  protect:  ["/export/**"]              # need one, whatever kind of request it is
  carriers: ["header:Authorization JWT", "query:jwt", "cookie:token"]
                                        # or ["preset:atlassian-connect-express"], spring-boot,
                                        # play, raw-header; without it standin learns them
  sessionLife: 8h                       # how long the app's own sessions live that are no JWTs
  renewal: on-401                       # the app renews its token when it is refused
  origins:  ["http://localhost:3001"]   # further origins of the app; another port of its own
                                        # host that its page calls is one by itself
  outside:                              # what is not on this machine (docs/egress.md)
    "https://cdn.example.com/x.js": copies/x.js
                                        # a local copy; with / at the end, a folder
    allow: [fonts.example.com]          # GETs of scripts, styles, fonts, pictures go there
  probes: all                           # or off: what standin itself asks the back end
  journey:                              # what a person does; without it standin explores
    - click: "Items"                    # visible text, or css=...
    - fill: {"css=#title": "hello"}
    - submit: "css=form"
    - navigate: "/items?page=2"
    - wait: {text: "Saved"}             # or {request: "/api/*"}

` + exitCodes

const runExamples = `  standin run --app http://localhost:3000 -- npm start
  standin run --app http://localhost:3000 --scenario 'expiry/*' --scenario nav/push
  standin run --app http://localhost:3000 --json report.json --junit report.xml

  CONNECT_KEYS_CDN_URL=http://127.0.0.1:8899/_standin/keys npm start &
  standin run --app http://localhost:3000 --listen 127.0.0.1:8899`

const serveHelp = `Installs the app on a fake host and keeps both up for a person with any browser, until
Ctrl-C. The start page has every place where the app appears, the users to be, the clock
of the host, and the journal as it grows. The same can be done by control endpoints, for
those who drive a browser with Playwright or Cypress: docs/serve.md. They want the secret
of $STANDIN_SECRET, or else of "--json".

With a command behind "--", standin starts the app and stops it, as "standin run" does.

Your browser and the app's back end keep real time: only the host's clock can be moved,
and no token is moved with it on its way to the back end. To see tokens expire, give them
a short life: --token-life 60s.

Exit codes:
  0  it was ended by Ctrl-C
  2  bad usage, config or descriptor; or the app could not be reached or installed, or
     its command ended`

const serveExamples = `  standin serve --app http://localhost:3000 -- npm start
  standin serve --app http://localhost:3000 --token-life 60s -- npm start
  standin serve --app http://localhost:3000 --listen 127.0.0.1:8899`

const judgeHelp = `Judges requests that were recorded elsewhere, by the rules of "standin run": an HTTP
archive (HAR) saved in the network panel of a browser's developer tools, or by Playwright
or a proxy, on any site. It starts no browser and no app, and sends nothing. FILE may be
"-", for standard input.

Time is that of the recording. Which requests are the app's is seen by the page that the
host opened, with xdm_e in its address, or said by --app. Signatures are checked where
the tenant's secret is given. What a recording cannot show is not claimed: docs/har.md
says what that is. Export it with sensitive data, or the tokens are not in it; then keep
it to yourself.

Of standin.yaml, or --config FILE, it reads app, public, protect, carriers, sessionLife
and origins.

` + exitCodes

const judgeExamples = `  standin judge recorded.har
  standin judge recorded.har --app https://app.example.com --json report.json`

const demoHelp = `Serves built-in apps on this machine, one after the other, and runs the scenarios on
each: sound ones, which must pass, and broken ones, which must fail where they are known
to. For each it prints the results and the most telling failure in full. With no sample
named it tries a few, by the scenarios that are quickest.`
