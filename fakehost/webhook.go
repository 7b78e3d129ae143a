package fakehost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// ErrNoWebhook says that no app that is here and enabled listens to an event.
var ErrNoWebhook = errors.New("no app listens to it")

// webhook is an entry of the descriptor's modules.webhooks (DOC "Webhook").
type webhook struct {
	Event       string `json:"event"`
	URL         string `json:"url"`
	ExcludeBody bool   `json:"excludeBody"`
}

// FireWebhook tells every enabled app of an event, if its descriptor has a webhook
// for it, such as jira:issue_created or page_created: a POST signed by HS256 with
// the tenant's secret, in real time. The body is the payload, which must be a JSON
// object or nil, with timestamp (ms) and webhookEvent added where it has none; a
// webhook with excludeBody gets no body. Variables of the webhook's URL, such as
// {issue.key}, are filled from the payload. Whether it is sent again to an app that
// does not take it, [Server.Redelivery] says.
//
// Complaints of the apps are returned joined, each an [*InstallError]. When nobody
// listens, the error is [ErrNoWebhook], with the events that somebody listens to.
func (s *Server) FireWebhook(ctx context.Context, event string, payload any) error {
	if s.Origin() == "" {
		return fmt.Errorf("webhook %s: %w", event, ErrNotStarted)
	}
	body, vars, err := webhookBody(event, payload)
	if err != nil {
		return fmt.Errorf("webhook %s: %w", event, err)
	}
	var problems []error
	var known []string
	sent := false
	for _, t := range s.tenants.all() {
		for _, hook := range t.webhooks() {
			known = append(known, hook.Event)
			if hook.Event != event {
				continue
			}
			sent = true
			n := notice{
				event: "webhook " + event, kind: KindWebhook,
				target: t.App.Resolve(descriptor.Expand(hook.URL, vars)),
				header: http.Header{webhookIdentifier: {randomUUID()}},
			}
			if s.Product != Confluence {
				n.header.Set(webhookFlow, "Primary")
			}
			if !hook.ExcludeBody {
				n.body = body
			}
			problems = append(problems, s.deliver(ctx, &delivery{appKey: t.App.Key, notice: n}))
		}
	}
	if !sent {
		return fmt.Errorf("webhook %s: %w; %s", event, ErrNoWebhook, listenedTo(known))
	}
	return errors.Join(problems...)
}

func listenedTo(events []string) string {
	if len(events) == 0 {
		return "no enabled app has a webhook in its descriptor"
	}
	slices.Sort(events)
	return "the events that somebody listens to are " + strings.Join(slices.Compact(events), ", ")
}

// webhooks are those of the app's descriptor. What is no webhook is passed over.
func (t *Tenant) webhooks() []webhook {
	var hooks []webhook
	for _, m := range t.App.Modules {
		if m.Type != "webhooks" {
			continue
		}
		var hook webhook
		if json.Unmarshal(m.Raw, &hook) == nil && hook.Event != "" && hook.URL != "" {
			hooks = append(hooks, hook)
		}
	}
	return hooks
}

// webhookBody is the text to send, and the same for the variables of a URL.
func webhookBody(event string, payload any) ([]byte, map[string]any, error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return nil, nil, fmt.Errorf("the payload: %w", err)
	}
	// Numbers are kept as they are written: an id is no float.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return nil, nil, errors.New("the payload is no JSON object: give a map, a struct or nil")
	}
	if fields == nil {
		fields = map[string]any{}
	}
	if _, has := fields["timestamp"]; !has {
		// The back end's time, like that of the token.
		fields["timestamp"] = clock.System().UnixMilli()
	}
	if _, has := fields["webhookEvent"]; !has {
		fields["webhookEvent"] = event
	}
	text, err = json.Marshal(fields)
	return text, fields, err
}
