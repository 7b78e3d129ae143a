package harness

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/report"
	"github.com/standin-dev/standin/harness/timeline"
)

func TestJudgeRecording(t *testing.T) {
	t.Parallel()
	fresh := func(r *tape, after float64) string { return r.mint(after, nil) }
	for _, tc := range []struct {
		name    string
		play    func(r *tape)
		secret  string
		change  func(*Recording)
		verdict report.Verdict
		rules   []string
		says    string // in the reason or the notes
		judged  int
	}{
		{name: "sound", play: func(r *tape) { r.open(0, nil); r.call(1, fresh(r, 1), 200) }, verdict: report.Pass, judged: 1, says: "signatures were not checked"},
		{name: "sound, and signed", play: func(r *tape) { r.open(0, nil); r.call(1, fresh(r, 1), 200) }, secret: recordedSecret, verdict: report.Pass, judged: 1},
		{name: "expired", play: func(r *tape) { r.open(0, nil); r.call(1000, fresh(r, 0), 401) }, verdict: report.Fail, rules: []string{"token/expired"}, judged: 1},
		{name: "sent shortly before it ends", play: func(r *tape) { r.open(0, nil); r.call(880, fresh(r, 0), 200) },
			verdict: report.Warn, rules: []string{"freshness/margin"}, judged: 1},
		{name: "sent before the margin that the config wants", play: func(r *tape) { r.open(0, nil); r.call(880, fresh(r, 0), 200) },
			change: func(rec *Recording) { rec.Margin = 10 * time.Second }, verdict: report.Pass, judged: 1},
		{name: "the page's token on a call", play: func(r *tape) {
			page := r.open(0, nil)
			r.call(1, page.URL[strings.LastIndex(page.URL, "=")+1:], 200)
		}, verdict: report.Fail, rules: []string{"token/iframe-token-on-api"}, judged: 1},
		{name: "headers that were left out", play: func(r *tape) { r.open(0, nil); r.call(1, "", 200); r.call(2, "", 200) },
			verdict: report.Inconclusive, says: "no Authorization and no Cookie header at all, as browsers export it unless asked for sensitive data: whether 2 requests carried a token"},
		{name: "no headers left out", play: func(r *tape) { r.log.Creator = "mitmproxy"; r.open(0, nil); r.call(1, "", 200) },
			verdict: report.Fail, rules: []string{"token/missing"}, judged: 1},
		{name: "a preflight that asked for one", play: func(r *tape) {
			r.log.Creator = "mitmproxy"
			r.open(0, nil)
			r.add(1, timeline.Exchange{Method: "OPTIONS", Type: "Preflight", URL: "https://app.example/base/api/items", Status: 204,
				Header: http.Header{"Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {"authorization"}}})
			r.call(2, "", 200)
		}, verdict: report.Inconclusive, says: "whether 1 request carried"},
		{name: "left out, but the query has one", play: func(r *tape) {
			r.open(0, nil)
			r.call(1, "", 200).URL += "?jwt=" + r.mint(1, nil)
		}, verdict: report.Pass, judged: 1},
		{name: "a token that was taken out", play: func(r *tape) { r.open(0, nil); r.call(1, "[REDACTED]", 200) },
			verdict: report.Inconclusive, says: "what 1 request carried was taken out of x.har"},
		{name: "refused, nobody knows why", play: func(r *tape) { r.open(0, nil); r.call(1, fresh(r, 1), 401) },
			verdict: report.Inconclusive, judged: 1, says: "1 request was refused, the first being GET /base/api/items with 401, and only the token's signature, which was not checked"},
		{name: "refused, and rightly signed", play: func(r *tape) { r.open(0, nil); r.call(1, fresh(r, 1), 401) }, secret: recordedSecret,
			verdict: report.Fail, rules: []string{"backend/refused-valid"}, judged: 1},
		{name: "signed with another secret", play: func(r *tape) { r.open(0, nil); r.call(1, fresh(r, 1), 401) }, secret: "of another tenant",
			verdict: report.Fail, rules: []string{"token/signature"}, judged: 1},
		{name: "a signature that was cut", play: func(r *tape) { r.open(0, nil); r.call(1, withoutSignature(fresh(r, 1)), 200) }, secret: recordedSecret,
			verdict: report.Pass, judged: 1, says: "1 token is in it without a signature"},
		{name: "cut and expired", play: func(r *tape) { r.open(0, nil); r.call(1000, withoutSignature(fresh(r, 0)), 401) }, secret: recordedSecret,
			verdict: report.Fail, rules: []string{"token/expired"}, judged: 1},
		{name: "another user", play: func(r *tape) {
			r.open(0, nil)
			r.call(1, r.mint(-60, func(c *token.Claims) { c.Subject = "712020:someone-else" }), 200)
		}, verdict: report.Fail, rules: []string{"token/user"}, judged: 1},
		{name: "somebody else logged in elsewhere", play: func(r *tape) {
			r.open(0, nil)
			r.call(60, r.mint(60, func(c *token.Claims) { c.Subject = "712020:someone-else" }), 200)
		}, verdict: report.Pass, judged: 1},
		{name: "somebody else logged in elsewhere, and a token was kept", play: func(r *tape) {
			kept := fresh(r, 1)
			r.open(0, nil)
			r.call(1, kept, 200)
			r.call(60, r.mint(60, func(c *token.Claims) { c.Subject = "712020:someone-else" }), 200)
			r.call(61, kept, 200)
		}, verdict: report.Fail, rules: []string{"token/user"}, judged: 3},
		{name: "somebody else logged in since", play: func(r *tape) {
			other := func(c *token.Claims) { c.Subject = "712020:someone-else" }
			r.open(0, nil)
			r.call(1, fresh(r, 1), 200)
			r.open(60, other).Frame = "frame-2"
			r.call(61, r.mint(61, other), 200)
		}, verdict: report.Pass, judged: 2},
		{name: "nobody knows who is there", play: func(r *tape) {
			r.open(0, nil).URL = "https://app.example/base/page?xdm_e=https%3A%2F%2Facme.example"
			r.call(1, fresh(r, 1), 200)
		}, change: func(r *Recording) { r.ClientKey = "tenant-1" }, verdict: report.Pass, judged: 1},
		{name: "calls alone", play: func(r *tape) { r.call(1, fresh(r, 1), 200); r.call(2, fresh(r, 2), 200) },
			change: func(r *Recording) { r.App = "https://app.example/base" }, verdict: report.Pass, judged: 2},
		{name: "another tenant", play: func(r *tape) {
			r.open(0, nil)
			r.call(1, r.mint(1, func(c *token.Claims) { c.Issuer = "tenant-2" }), 200)
		}, verdict: report.Fail, rules: []string{"token/tenant"}, judged: 1},
		{name: "a wrong hash", play: func(r *tape) {
			r.open(0, nil)
			r.call(1, "", 200).URL = "https://app.example/base/other?jwt=" + r.mint(1, func(c *token.Claims) { c.QSH = strings.Repeat("a", 64) })
			r.page.Exchanges[1].Type = "Document"
		}, verdict: report.Fail, rules: []string{"token/qsh"}, judged: 1},
		{name: "a hash of which nobody knows", play: func(r *tape) {
			wrong := func(c *token.Claims) { c.QSH = strings.Repeat("a", 64) }
			r.open(0, wrong)
			r.call(1, "", 200).URL = "https://app.example/base/other?jwt=" + r.mint(1, wrong)
			r.page.Exchanges[1].Type = "Document"
		}, verdict: report.Pass, judged: 1, says: "hashes of addresses (qsh) were not judged"},
		{name: "a page that nobody waited for", play: func(r *tape) {
			x := r.open(0, nil)
			x.Status, x.Failure, x.Answer = 0, "net::ERR_ABORTED", nil
		}, verdict: report.Inconclusive, says: "no request to https://app.example/base in it had to prove who asks"},
		{name: "a page that broke", play: func(r *tape) { r.open(0, nil).Status = 500 }, verdict: report.Fail, rules: []string{"page/loads"}},
		{name: "a token to elsewhere", play: func(r *tape) {
			raw := fresh(r, 1)
			r.open(0, nil)
			r.call(1, raw, 200)
			r.add(2, timeline.Exchange{Type: "Image", Frame: "frame-1", URL: "https://count.example/?u=" + raw, Status: 200})
		}, verdict: report.Fail, rules: []string{"leak/other-origin"}, judged: 1},
		{name: "the host's own requests", play: func(r *tape) {
			raw := fresh(r, 1)
			r.open(0, nil)
			r.call(1, raw, 200)
			r.add(2, timeline.Exchange{Type: "XHR", URL: "https://cdn.example/?u=" + raw, Status: 200, Header: http.Header{"Referer": {"https://acme.example/browse"}}})
		}, verdict: report.Pass, judged: 1},
		{name: "asked again and again", play: func(r *tape) {
			r.open(0, nil)
			for i := range 30 {
				r.call(float64(i), "", 401)
				r.page.Exchanges[i+1].Header.Set("X-Token", "abc")
			}
			r.log.Creator = "mitmproxy"
		}, verdict: report.Fail, rules: []string{"token/missing"}, judged: 30},
		{name: "a cacheable answer with a token", play: func(r *tape) {
			r.open(0, nil).Answer.Set("Cache-Control", "max-age=60")
			r.call(1, fresh(r, 1), 200)
			r.page.Brought = []timeline.Event{{Kind: timeline.Brought, At: recordedAt, Exchange: 1, Place: "the body", Raw: fresh(r, 0)}}
		}, verdict: report.Fail, rules: []string{"leak/cacheable"}, judged: 1},
		{name: "public", play: func(r *tape) {
			r.log.Creator = "mitmproxy"
			r.open(0, nil)
			r.call(1, "", 200)
			r.call(2, fresh(r, 2), 200)
		},
			change: func(r *Recording) {
				p, _ := judge.ParsePattern("/base/api/*")
				r.Policy.Public = []judge.Pattern{p}
			}, verdict: report.Inconclusive, says: "no request to"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tape := newTape(t)
			tc.play(tape)
			rec := tape.recording(tc.secret)
			if tc.change != nil {
				tc.change(&rec)
			}
			r, err := JudgeRecording(rec)
			if err != nil {
				t.Fatal(err)
			}
			s := r.Scenarios[0]
			var rules []string
			for _, f := range s.Findings {
				if !slices.Contains(rules, f.Rule) {
					rules = append(rules, f.Rule)
				}
			}
			said := s.Reason + "\n" + strings.Join(r.Notes, "\n")
			if s.Verdict != tc.verdict || s.Judged != tc.judged || cmp.Diff(tc.rules, rules) != "" || !strings.Contains(said, tc.says) {
				t.Errorf("%s with %q, %d judged; it says\n%s\nwant %s with %q, %d judged, %q", s.Verdict, rules, s.Judged, said, tc.verdict, tc.rules, tc.judged, tc.says)
			}
			if r.App.BaseURL != "https://app.example/base" && tc.says != "hashes of addresses (qsh) were not judged" && r.App.BaseURL != "https://app.example" {
				t.Errorf("the app is at %s", r.App.BaseURL)
			}
		})
	}
}

// TestRecordedApp: what in a recording is the app's is seen, said, or asked for.
func TestRecordedApp(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		play   func(r *tape)
		change func(*Recording)
		want   string // the app's base URL, or what the error says
	}{
		{name: "seen", play: func(r *tape) { r.open(0, nil) }, want: "https://app.example/base"},
		{name: "said", play: func(r *tape) { r.call(0, "", 200) }, change: func(r *Recording) { r.App = "https://app.example/atlassian-connect.json" }, want: "https://app.example"},
		{name: "said wrongly", play: func(r *tape) { r.open(0, nil) }, change: func(r *Recording) { r.App = "localhost:3000" }, want: "no request in x.har goes to http://localhost:3000"},
		{name: "the config's", play: func(r *tape) { r.call(0, "", 200) }, change: func(r *Recording) { r.Maybe = "https://app.example/base/" }, want: "https://app.example/base"},
		{name: "the config's is another", play: func(r *tape) { r.open(0, nil) }, change: func(r *Recording) { r.Maybe = "http://localhost:3000" }, want: "https://app.example/base"},
		{name: "nothing to see", play: func(r *tape) { r.call(0, "", 200) }, want: "say where it is, as --app"},
		{name: "several apps", play: func(r *tape) {
			r.open(0, nil)
			r.open(1, nil).URL = "https://other.example/?xdm_e=https://acme.example"
		}, want: "pages of several apps, at https://app.example, https://other.example"},
		{name: "several tenants", play: func(r *tape) {
			r.open(0, nil)
			r.open(1, func(c *token.Claims) { c.Issuer = "tenant-2" })
		}, want: "in several tenants, tenant-1 (https://acme.example), tenant-2 (https://acme.example)"},
		{name: "several tenants' calls", play: func(r *tape) {
			r.call(2, r.mint(2, func(c *token.Claims) { c.Issuer = "tenant-2" }), 200)
			r.call(3, r.mint(3, nil), 200)
		}, change: func(r *Recording) { r.App = "https://app.example/base" }, want: "in several tenants, tenant-2 (/base/api/items), tenant-1 (/base/api/items)"},
		{name: "one of several tenants", play: func(r *tape) {
			r.open(0, nil)
			r.open(1, func(c *token.Claims) { c.Issuer = "tenant-2" }).Frame = "frame-2"
			x := r.call(2, r.mint(2, func(c *token.Claims) { c.Issuer = "tenant-2" }), 200)
			x.Frame = "frame-2"
			r.call(3, r.mint(3, nil), 200)
		}, change: func(r *Recording) { r.ClientKey = "tenant-1" }, want: "https://app.example/base"},
		{name: "nothing at all", play: func(r *tape) {}, want: "say where it is"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tape := newTape(t)
			tc.play(tape)
			rec := tape.recording("")
			if tc.change != nil {
				tc.change(&rec)
			}
			r, err := JudgeRecording(rec)
			switch {
			case err != nil && (!errors.Is(err, ErrRecording) || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("%v, want one that says %q", err, tc.want)
			case err == nil && r.App.BaseURL != tc.want:
				t.Errorf("the app is at %s, want %s", r.App.BaseURL, tc.want)
			case err == nil && r.Totals.Fail > 0:
				t.Errorf("it fails: %+v", r.Scenarios[0].Findings[0])
			}
		})
	}
}

// TestRecordingIsLeftAlone: judging changes nothing in what was read.
func TestRecordingIsLeftAlone(t *testing.T) {
	t.Parallel()
	tape := newTape(t)
	tape.open(0, nil)
	tape.call(1, tape.mint(1, nil), 200)
	rec := tape.recording("")
	before := slices.Clone(rec.Log.Pages[0].Exchanges)
	if _, err := JudgeRecording(rec); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, rec.Log.Pages[0].Exchanges); diff != "" {
		t.Errorf("the exchanges (-before +after):\n%s", diff)
	}
}
