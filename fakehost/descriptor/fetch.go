package descriptor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// What Fetch can run into.
var (
	// ErrNotLoopback: the app is not on this machine.
	ErrNotLoopback = errors.New("not an address of this machine")
	// ErrBadURL: the address of the app is no URL.
	ErrBadURL = errors.New("not a URL")
	// ErrUnreachable: nothing answers there.
	ErrUnreachable = errors.New("the app does not answer")
	// ErrStatus: the answer is not 200.
	ErrStatus = errors.New("the app refused to show its descriptor")
	// ErrNotJSON: the answer is no JSON object.
	ErrNotJSON = errors.New("the answer is not a descriptor")
	// ErrInvalid: the descriptor breaks rules; errors.As finds the *Problems.
	ErrInvalid = errors.New("the descriptor is invalid")
)

const (
	fileName     = "/atlassian-connect.json"
	maxDocument  = 4 << 20 // bytes; real descriptors have less than a tenth
	maxRedirects = 5
)

// Fetch gets the descriptor of an app that runs on this machine. appURL is the app's base URL or that of its descriptor; http:// may
// be left out. A nil client is http.DefaultClient; its timeout and that of ctx hold, and Fetch adds none.
// The errors are ErrNotLoopback, ErrBadURL, ErrUnreachable, ErrStatus, ErrNotJSON, ErrInvalid and ErrForeign, each in a sentence that says what to do.
func Fetch(ctx context.Context, client *http.Client, appURL string) (*Descriptor, error) {
	return fetch(ctx, client, appURL, false)
}

func fetch(ctx context.Context, client *http.Client, appURL string, named bool) (*Descriptor, error) {
	places, err := candidates(appURL)
	if err != nil {
		return nil, err
	}
	client = loopbackOnly(client)
	var first error
	for _, place := range places {
		d, err := fetchFrom(ctx, client, place, named)
		if err == nil || errors.Is(err, ErrInvalid) || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrNotLoopback) {
			return d, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// candidates lists where the descriptor may be, the likeliest place first.
func candidates(appURL string) ([]string, error) {
	full := strings.TrimSpace(appURL)
	if !strings.Contains(full, "://") {
		full = "http://" + full
	}
	u, err := url.Parse(full)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("descriptor: %w: %q; give the app's base URL, such as http://localhost:3000", ErrBadURL, appURL)
	}
	if err := checkLoopback(u); err != nil {
		return nil, err
	}
	if strings.HasSuffix(strings.ToLower(u.Path), ".json") {
		return []string{u.String()}, nil
	}
	file := *u
	file.RawQuery, file.Fragment = "", ""
	return []string{strings.TrimRight(file.String(), "/") + fileName, u.String()}, nil
}

func checkLoopback(u *url.URL) error {
	if isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("descriptor: %w: %s; run the app on this machine and name it by localhost or 127.0.0.1", ErrNotLoopback, origin(u))
}

// loopbackOnly is the client, made to follow no redirect that leaves this machine.
func loopbackOnly(client *http.Client) *http.Client {
	if client == nil {
		client = http.DefaultClient
	}
	guarded := *client
	then := client.CheckRedirect
	guarded.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if err := checkLoopback(next.URL); err != nil {
			return err
		}
		if then != nil {
			return then(next, via)
		}
		if len(via) > maxRedirects {
			return fmt.Errorf("more than %d redirects", maxRedirects)
		}
		return nil
	}
	return &guarded
}

func fetchFrom(ctx context.Context, client *http.Client, place string, named bool) (*Descriptor, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return nil, fmt.Errorf("descriptor: %w: %q: %w", ErrBadURL, place, err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if refused := new(url.Error); errors.Is(err, ErrNotLoopback) && errors.As(err, &refused) {
		return nil, refused.Err // ours, on a redirect
	}
	if err != nil {
		return nil, fmt.Errorf("descriptor: %w: %w; start the app, or name the address at which it listens", ErrUnreachable, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("descriptor: %w: GET %s answered %s; name the descriptor's own URL if it is elsewhere", ErrStatus, place, response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("descriptor: %w: GET %s broke off: %w; see the app's log", ErrUnreachable, place, err)
	}
	return read(data, response.Request.URL, named)
}

// read parses what came from a place and holds it to this machine. Where it may be named
// otherwise, that place is where the app answers.
func read(data []byte, from *url.URL, named bool) (*Descriptor, error) {
	if err := refuseForeign(data, from.String()); err != nil {
		return nil, err
	}
	if err := checkObject(data); err != nil {
		return nil, fmt.Errorf("descriptor: %w: GET %s gave %s: %w; name the descriptor's own URL if it is elsewhere", ErrNotJSON, from, excerpt(data), err)
	}
	d, err := Parse(data, from.String())
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(d.BaseURL)
	if err == nil && named && !isLoopback(base.Hostname()) {
		d.Local = origin(from)
		d.Warnings = slices.DeleteFunc(d.Warnings, func(p Problem) bool { return p.Field == "baseUrl" })
		return d, nil
	}
	if err != nil || !isLoopback(base.Hostname()) {
		// Whatever is sent to the app would leave this machine, the shared secret of the install first of all.
		return nil, fmt.Errorf("descriptor: baseUrl: %w: %s; start the app with %s as its base URL", ErrNotLoopback, d.BaseURL, origin(from))
	}
	return d, nil
}

// checkObject tells why an answer is no JSON object.
func checkObject(data []byte) error {
	if len(data) > maxDocument {
		return fmt.Errorf("more than %d MiB", maxDocument>>20)
	}
	data = trim(data)
	if err := checkJSON(data); err != nil {
		return err
	}
	if data[0] != '{' {
		return errors.New("not a JSON object")
	}
	return nil
}

// excerpt is the beginning of an answer, fit for a sentence.
func excerpt(data []byte) string {
	const shown = 60
	text := strings.Join(strings.Fields(string(data[:min(len(data), 4*shown)])), " ")
	if runes := []rune(text); len(runes) > shown {
		text = string(runes[:shown]) + "…"
	}
	if text == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", text)
}
