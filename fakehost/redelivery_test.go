package fakehost_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
)

// reluctant is an app that answers webhooks with one status after another, the
// last again and again; 0 drops the connection.
type reluctant struct {
	mu      sync.Mutex
	answers []int
	retries []string // the retry header of each delivery, "-" for none
	ids     []string
	flows   []string
}

func (r *reluctant) respond(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	retry := request.Header.Get("X-Atlassian-Webhook-Retry")
	if retry == "" {
		retry = "-"
	}
	r.retries = append(r.retries, retry)
	r.ids = append(r.ids, request.Header.Get("X-Atlassian-Webhook-Identifier"))
	r.flows = append(r.flows, request.Header.Get("X-Atlassian-Webhook-Flow"))
	status := r.answers[min(len(r.retries), len(r.answers))-1]
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
}

// start forgets what it has seen, and answers anew.
func (r *reluctant) start(answers ...int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers, r.retries, r.ids, r.flows = answers, nil, nil, nil
}

func (r *reluctant) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.retries)
}

// hookedHost is a host with such an app.
func hookedHost(t *testing.T, s *fakehost.Server, answers ...int) (*fakehost.Server, *reluctant) {
	t.Helper()
	startHost(t, s)
	app := newFakeApp(t, s)
	app.extra = `, "webhooks": [{"event": "jira:issue_deleted", "url": "/lifecycle/deleted"}]`
	if _, err := s.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	r := &reluctant{answers: answers}
	app.respond = r.respond
	return s, r
}

func fire(t *testing.T, host *fakehost.Server) error {
	t.Helper()
	return host.FireWebhook(testContext(t), "jira:issue_deleted", nil)
}

// TestRedelivery says for each first answer whether Jira sends again.
func TestRedelivery(t *testing.T) {
	t.Parallel()
	for _, times := range []int{0, 1, 5} {
		host, app := hookedHost(t, &fakehost.Server{Redelivery: fakehost.Redelivery{Times: times}})
		for status, again := range map[int]bool{0: true, 408: true, 409: true, 425: true, 429: true, 500: true, 503: true, 200: false, 400: false, 401: false, 404: false, 301: false} {
			want := []string{"-"}
			if again && times > 0 {
				want = []string{"-", "1"}
			}
			app.start(status, 204)
			err := fire(t, host)
			wantEqual(t, "deliveries", app.seen(), want)
			wantEqual(t, "complaint", err == nil, status == 200 || again && times > 0)
			if len(slices.Compact(app.ids)) != 1 || app.ids[0] == "" || app.flows[0] != "Primary" {
				t.Errorf("after %d: identifiers %v, flows %v", status, app.ids, app.flows)
			}
		}
	}
	host, app := hookedHost(t, &fakehost.Server{Redelivery: fakehost.Redelivery{Times: 3}}, 500)
	var failure *fakehost.InstallError
	if err := fire(t, host); !errors.As(err, &failure) || failure.Status != 500 || !strings.Contains(failure.Event, "redelivery 3") {
		t.Errorf("an app that never takes it: %v", err)
	}
	wantEqual(t, "deliveries", app.seen(), []string{"-", "1", "2", "3"})
}

// TestRedeliveryInTime waits by the virtual clock, whoever moves it.
func TestRedeliveryInTime(t *testing.T) {
	t.Parallel()
	host, app := hookedHost(t, &fakehost.Server{Redelivery: fakehost.Redelivery{Times: 2, After: 10 * time.Minute}}, 503)
	if err := fire(t, host); err == nil {
		t.Error("the first failure is not told")
	}
	redeliver := func(by time.Duration, want ...string) {
		t.Helper()
		host.Time().Advance(by, clock.Sleep)
		err := host.RedeliverWebhooks(testContext(t))
		wantEqual(t, "deliveries after "+by.String(), app.seen(), want)
		wantEqual(t, "complaint", err != nil, len(want) > 1 && by == 2*time.Minute)
	}
	redeliver(9*time.Minute, "-")
	redeliver(2*time.Minute, "-", "1")
	control[map[string]any](t, host, "POST", "/_standin/clock", `{"advance":"11m"}`, 200)
	wantEqual(t, "after the control endpoint", app.seen(), []string{"-", "1", "2"})
	redeliver(time.Hour, "-", "1", "2")

	// An app that has gone gets nothing.
	gone, app := hookedHost(t, &fakehost.Server{Redelivery: fakehost.Redelivery{Times: 2, After: time.Minute}}, 503)
	_ = fire(t, gone)
	app.start(204)
	if err := gone.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	before := len(app.seen())
	gone.Time().Advance(time.Hour, clock.Sleep)
	if err := gone.RedeliverWebhooks(testContext(t)); err != nil {
		t.Error(err)
	}
	wantEqual(t, "deliveries to a disabled app", len(app.seen()), before)

	waiting, app := hookedHost(t, &fakehost.Server{Redelivery: fakehost.Redelivery{Times: 1, After: 30 * time.Millisecond, RealTime: true}}, 503, 204)
	started := clock.System()
	if err := fire(t, waiting); err != nil {
		t.Error(err)
	}
	wantEqual(t, "deliveries in real time", app.seen(), []string{"-", "1"})
	if took := clock.System().Sub(started); took < 30*time.Millisecond {
		t.Errorf("the redelivery came after %s", took)
	}
	for want, s := range map[string]*fakehost.Server{
		"negative":                    {Redelivery: fakehost.Redelivery{Times: -1}},
		"Confluence sends no webhook": {Product: fakehost.Confluence, Redelivery: fakehost.Redelivery{Times: 1}},
	} {
		if err := s.Start(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Start = %v, want %q", err, want)
		}
	}
}

// TestAppIsGone asks for the pages of an app that is disabled, uninstalled, or was
// never there.
func TestAppIsGone(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	target := pageOf(t, host, app, "items")
	says := func(want string) {
		t.Helper()
		page, again := ask(t, "GET", target, ""), askForm(t, target, nil)
		if page.status != 404 || again.status != 404 || !strings.Contains(page.body, want) || !strings.Contains(again.body, want) {
			t.Errorf("want %q: page %d: %s; content resolver %d: %s", want, page.status, page.body, again.status, again.body)
		}
	}
	control[map[string]any](t, host, "POST", "/_standin/apps", `{"do":"disable"}`, 200)
	says("is disabled")
	control[map[string]any](t, host, "POST", "/_standin/apps", `{"do":"uninstall"}`, 200)
	says("was uninstalled")
	target = strings.Replace(target, "com.example.fake", "com.example.other", 1)
	says("is installed here")
}
