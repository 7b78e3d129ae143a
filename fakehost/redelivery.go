package fakehost

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Redelivery is how webhooks that an app did not take are sent again (DOC
// "Webhooks", Retry policy; CDAC 30554). Only Jira sends again. The zero
// Redelivery is none.
type Redelivery struct {
	// Times is how often at most. Production's is said to be 5.
	Times int
	// After is how long after each attempt. Production's is said to be 5 to 15
	// minutes. 0 is at once, within [Server.FireWebhook].
	After time.Duration
	// RealTime has FireWebhook wait for After in real time, as long as its context
	// lasts. Otherwise After is virtual time, and [Server.RedeliverWebhooks] sends
	// what is due, which the clock's control endpoint does after each jump.
	RealTime bool
}

// Headers of a delivery (DOC "Webhooks"): which it is, whether it is the event
// itself, and how often it was tried before. The last is only on later attempts.
const (
	webhookIdentifier = "X-Atlassian-Webhook-Identifier"
	webhookFlow       = "X-Atlassian-Webhook-Flow"
	webhookRetry      = "X-Atlassian-Webhook-Retry"
)

// delivery is a webhook on its way to one app, attempt after attempt.
type delivery struct {
	appKey string
	notice notice
	// tried is how often it was sent, due when it is to be sent again.
	tried int
	due   time.Time // virtual
}

// deliveries are those that wait. The zero value is empty.
type deliveries struct {
	mu   sync.Mutex
	list []*delivery
}

func (d *deliveries) add(one *delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, one)
}

// takeDue takes out those that are due at an instant.
func (d *deliveries) takeDue(now time.Time) []*delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	var due, later []*delivery
	for _, one := range d.list {
		if one.due.After(now) {
			later = append(later, one)
			continue
		}
		due = append(due, one)
	}
	d.list = later
	return due
}

// deliver sends a webhook, and again as the settings say. The error is that of the
// last attempt made.
func (s *Server) deliver(ctx context.Context, one *delivery) error {
	for {
		again, err := s.attempt(ctx, one)
		switch {
		case !again:
			return err
		case s.Redelivery.After == 0:
		case !s.Redelivery.RealTime:
			one.due = s.Time().Now().Add(s.Redelivery.After)
			s.redeliveries.add(one)
			return err
		default:
			if !s.waitReal(ctx, s.Redelivery.After) {
				return err
			}
		}
	}
}

// waitReal waits for a while, and reports whether it was not cut short.
func (s *Server) waitReal(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.running.Done():
	}
	return false
}

// attempt sends a webhook once, and reports whether it is to be sent again. An app
// that has gone in the meantime gets nothing any more.
func (s *Server) attempt(ctx context.Context, one *delivery) (again bool, err error) {
	t := s.tenants.get(one.appKey)
	if t == nil {
		return false, nil
	}
	n := one.notice
	n.tenant, n.key = t, signingKey{secret: t.SharedSecret}
	n.header = n.header.Clone()
	if one.tried > 0 {
		n.header.Set(webhookRetry, strconv.Itoa(one.tried))
		n.event += ", redelivery " + strconv.Itoa(one.tried)
	}
	one.tried++
	err = s.send(ctx, n)
	var failure *InstallError
	return errors.As(err, &failure) && worthAnother(failure.Status) && one.tried <= s.Redelivery.Times, err
}

// worthAnother reports whether an answer makes Jira send again; 0 is none.
func worthAnother(status int) bool {
	switch status {
	case 0, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// RedeliverWebhooks sends the webhooks again that are due by the virtual clock: call
// it after you have moved that. It does nothing where [Server.Redelivery] says so.
// Complaints of the apps are returned joined.
func (s *Server) RedeliverWebhooks(ctx context.Context) error {
	var problems []error
	// One whose app does not take it again may be due once more at once.
	for due := s.redeliveries.takeDue(s.Time().Now()); len(due) > 0; due = s.redeliveries.takeDue(s.Time().Now()) {
		for _, one := range due {
			problems = append(problems, s.deliver(ctx, one))
		}
	}
	return errors.Join(problems...)
}
