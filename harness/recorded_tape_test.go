package harness

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/timeline"
)

const (
	recordedSecret = "the secret of the tenant whose traffic it is"
	recordedUser   = "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21"
)

var recordedAt = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// tape is a recording in the making: of an app at https://app.example/base on the site
// https://acme.example, as Chrome has it.
type tape struct {
	t    *testing.T
	page har.Page
	log  har.Log
}

func newTape(t *testing.T) *tape {
	return &tape{t: t, log: har.Log{Creator: "WebInspector", CreatorVersion: "537.36"}}
}

// add adds a request, so many seconds after the first.
func (r *tape) add(after float64, x timeline.Exchange) *timeline.Exchange {
	x.ID = len(r.page.Exchanges) + 1
	x.At = recordedAt.Add(time.Duration(after * float64(time.Second)))
	x.Ended = true
	if x.Status != 0 {
		x.Answered = x.At.Add(20 * time.Millisecond)
	}
	if x.Method == "" {
		x.Method = http.MethodGet
	}
	r.page.Exchanges = append(r.page.Exchanges, x)
	return &r.page.Exchanges[len(r.page.Exchanges)-1]
}

// mint makes a token of the host's, as old as the request after so many seconds.
func (r *tape) mint(after float64, change func(*token.Claims)) string {
	r.t.Helper()
	at := recordedAt.Add(time.Duration(after * float64(time.Second)))
	c := token.Claims{Issuer: "tenant-1", Subject: recordedUser, QSH: token.ContextQSH, IssuedAt: at, ExpiresAt: at.Add(15 * time.Minute)}
	if change != nil {
		change(&c)
	}
	raw, err := token.MintHS256(recordedSecret, c)
	if err != nil {
		r.t.Fatal(err)
	}
	return raw
}

// open adds the page of a module, and is the frame of what comes next.
func (r *tape) open(after float64, change func(*token.Claims)) *timeline.Exchange {
	address := "https://app.example/base/page?xdm_e=https%3A%2F%2Facme.example&xdm_c=channel-items__page&cp="
	qsh, err := token.QSH(http.MethodGet, address, "https://app.example/base")
	if err != nil {
		r.t.Fatal(err)
	}
	raw := r.mint(after, func(c *token.Claims) {
		c.QSH = qsh
		if change != nil {
			change(c)
		}
	})
	return r.add(after, timeline.Exchange{Type: "Document", Frame: "frame-1", Extension: "items__page", URL: address + "&jwt=" + raw, Status: 200,
		Header: http.Header{"Sec-Fetch-Dest": {"iframe"}}, Answer: http.Header{"Content-Type": {"text/html"}}})
}

// call adds a call with a token; empty: with none.
func (r *tape) call(after float64, raw string, status int) *timeline.Exchange {
	x := timeline.Exchange{Type: "Fetch", Frame: "frame-1", URL: "https://app.example/base/api/items", Status: status, Header: http.Header{"Accept": {"*/*"}},
		Answer: http.Header{"Content-Type": {"application/json"}}}
	if raw != "" {
		x.Header.Set("Authorization", "JWT "+raw)
	}
	return r.add(after, x)
}

func (r *tape) recording(secret string) Recording {
	r.log.Pages = []har.Page{r.page}
	return Recording{Log: &r.log, Name: "x.har", SharedSecret: secret}
}

// withoutSignature is a token as standin's own archives have it.
func withoutSignature(raw string) string { return raw[:strings.LastIndexByte(raw, '.')+1] + har.Cut }
