package descriptor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// ErrOtherName: the app has another base URL than the one that was said.
var ErrOtherName = errors.New("the app has another base URL")

// FetchNamed is Fetch for an app whose base URL may be a name that leads nowhere on this
// machine, as https://jira.example.com: it is taken for a name of the app that answers at
// appURL, and Local says where that is. base is the name, where that is known beforehand;
// the app is asked by it then, and ErrOtherName is the error when its descriptor says
// another one. Empty: the descriptor says it.
func FetchNamed(ctx context.Context, client *http.Client, appURL, base string) (*Descriptor, error) {
	if base == "" {
		return fetch(ctx, client, appURL, true)
	}
	name, err := url.Parse(base)
	if err != nil || name.Host == "" || name.Scheme != "https" && name.Scheme != "http" {
		return nil, fmt.Errorf("descriptor: %w: %q; give the base URL as https://jira.example.com", ErrBadURL, base)
	}
	if client == nil {
		client = http.DefaultClient
	}
	asking := *client
	asking.Transport = calling{name, client.Transport}
	d, err := fetch(ctx, &asking, appURL, true)
	if err != nil {
		return nil, err
	}
	if is, err := url.Parse(d.BaseURL); err != nil || origin(is) != origin(name) {
		return nil, fmt.Errorf("descriptor: %w: it says %s, and not %s; start the app with %s as its base URL, or leave that name out", ErrOtherName, d.BaseURL, base, base)
	}
	return d, nil
}

// calling asks for the app by its name.
type calling struct {
	name *url.URL
	next http.RoundTripper
}

func (c calling) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	if !isLoopback(c.name.Hostname()) {
		forwarded(out, c.name)
	}
	return orDefault(c.next).RoundTrip(out)
}

// Alias is the origin that is a name of the app alone, as https://jira.example.com; empty:
// it has none besides the address at which it answers.
func (d *Descriptor) Alias() string {
	base, err := url.Parse(d.BaseURL)
	if d.Local == "" || err != nil {
		return ""
	}
	return origin(base)
}

// Through sends requests that are for the app's name to where it answers, as a proxy in
// front of it would: the name stays in Host, and X-Forwarded-Proto says its scheme. All
// others go to next as they are; nil is http.DefaultTransport.
func (d *Descriptor) Through(next http.RoundTripper) http.RoundTripper {
	next = orDefault(next)
	local, err := url.Parse(d.Local)
	if name := d.Alias(); name != "" && err == nil {
		return named{name, local, next}
	}
	return next
}

type named struct {
	name  string
	local *url.URL
	next  http.RoundTripper
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	if origin(r.URL) != n.name {
		return n.next.RoundTrip(r)
	}
	out := r.Clone(r.Context())
	forwarded(out, r.URL)
	out.URL.Scheme, out.URL.Host = n.local.Scheme, n.local.Host
	return n.next.RoundTrip(out)
}

// CloseIdleConnections is for [http.Client], which asks its transport for it.
func (n named) CloseIdleConnections() {
	if next, ok := n.next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}

// Means reports whether an address is one of the app's alias.
func (d *Descriptor) Means(u *url.URL) bool { return d.Local != "" && origin(u) == d.Alias() }

// forwarded says in a request by which address the app was asked.
func forwarded(r *http.Request, as *url.URL) {
	r.Host = as.Host
	r.Header.Set("X-Forwarded-Proto", as.Scheme)
	r.Header.Set("X-Forwarded-Host", as.Host)
}

func orDefault(t http.RoundTripper) http.RoundTripper {
	if t == nil {
		return http.DefaultTransport
	}
	return t
}
