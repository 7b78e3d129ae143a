package fakehost_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
)

const hooks = `, "webhooks": [
	{"event": "jira:issue_created", "url": "/lifecycle/created?issue={issue.key}&project={issue.fields.project.id}"},
	{"event": "jira:issue_created", "url": "/lifecycle/again"},
	{"event": "jira:issue_deleted", "url": "/lifecycle/deleted", "excludeBody": true}]`

func TestWebhook(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	app.extra = hooks
	tenant, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now().UnixMilli()
	payload := map[string]any{"issue": map[string]any{"key": "DEMO 1", "fields": map[string]any{"project": map[string]any{"id": 12345678901234567}}}, "user": nil}
	if err := host.FireWebhook(testContext(t), "jira:issue_created", payload); err != nil {
		t.Fatal(err)
	}
	// The app checks signature, qsh of the POST with its query, and exp.
	wantEqual(t, "events", app.events(t, 2), []string{"created", "again"})
	for _, call := range app.lifecycleCalls()[2:] {
		// The test's app looks for the issuer in the body, where webhooks have none.
		wantEqual(t, "algorithm and issuer", []any{call.Alg, call.Claims["iss"]}, []any{"HS256", any(tenant.ClientKey)})
		if at, _ := call.Body["timestamp"].(float64); int64(at) < before || int64(at) > time.Now().UnixMilli() {
			t.Errorf("timestamp is %v", call.Body["timestamp"])
		}
		delete(call.Body, "timestamp")
		wantEqual(t, "body", call.Body, map[string]any{
			"webhookEvent": "jira:issue_created", "user": nil,
			"issue": map[string]any{"key": "DEMO 1", "fields": map[string]any{"project": map[string]any{"id": 12345678901234567.0}}},
		})
	}
	e := lastEntry(host)
	if e.Kind != fakehost.KindWebhook || e.Status != 204 || e.Text != "webhook jira:issue_created sent to the app" || e.Method != "POST" {
		t.Errorf("the entry is %+v", e)
	}
	first := host.Journal()[len(host.Journal())-2]
	if !strings.HasSuffix(first.URL, "/base/lifecycle/created?issue=DEMO%201&project=12345678901234567") {
		t.Errorf("the URL is %s", first.URL)
	}

	// Fields that the payload has are kept.
	own := struct {
		Timestamp int64  `json:"timestamp"`
		Event     string `json:"webhookEvent"`
	}{5, "own"}
	if err := host.FireWebhook(testContext(t), "jira:issue_created", own); err != nil {
		t.Fatal(err)
	}
	calls := app.lifecycleCalls()
	wantEqual(t, "body of its own", calls[len(calls)-1].Body, map[string]any{"timestamp": 5.0, "webhookEvent": "own"})
}

func TestWebhookWithoutBody(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	app.extra = hooks
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	body, identifier := "unset", ""
	app.respond = func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body, identifier = string(text), r.Header.Get("X-Atlassian-Webhook-Identifier")
	}
	if err := host.FireWebhook(testContext(t), "jira:issue_deleted", nil); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "body", body, "")
	if identifier == "" {
		t.Error("the delivery has no identifier")
	}
}

func TestWebhookErrors(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	app := newFakeApp(t, host)
	if err := host.FireWebhook(testContext(t), "page_created", nil); !errors.Is(err, fakehost.ErrNoWebhook) {
		t.Errorf("without apps = %v", err)
	}
	app.extra = hooks
	if _, err := host.Install(testContext(t), app.descriptor(t), fakehost.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	err := host.FireWebhook(testContext(t), "page_created", nil)
	if !errors.Is(err, fakehost.ErrNoWebhook) || !strings.Contains(err.Error(), "jira:issue_created, jira:issue_deleted") {
		t.Errorf("an event that nobody listens to = %v", err)
	}
	for _, payload := range []any{[]int{1}, "text", func() {}} {
		if err := host.FireWebhook(testContext(t), "jira:issue_created", payload); err == nil || !strings.Contains(err.Error(), "payload") {
			t.Errorf("payload %T = %v", payload, err)
		}
	}
	app.respond = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 401) }
	err = host.FireWebhook(testContext(t), "jira:issue_deleted", nil)
	var failure *fakehost.InstallError
	if !errors.As(err, &failure) || failure.Event != "webhook jira:issue_deleted" || failure.Status != 401 || !strings.Contains(err.Error(), "the app stored the one of the latest installed") {
		t.Errorf("an app that refuses = %v", err)
	}
	if e := lastEntry(host); e.Kind != fakehost.KindWebhook || e.Status != 401 {
		t.Errorf("the entry is %+v", e)
	}
	// A disabled app hears nothing.
	app.respond = func(http.ResponseWriter, *http.Request) {}
	if err := host.Disable(testContext(t), fakeKey, fakehost.LifecycleOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := host.FireWebhook(testContext(t), "jira:issue_deleted", nil); !errors.Is(err, fakehost.ErrNoWebhook) {
		t.Errorf("a disabled app = %v", err)
	}
}
