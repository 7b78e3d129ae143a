package egress

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/standin-dev/standin/harness/outside"
)

// fromOutside answers what is led to no host of ours: by a local copy, by what is out
// there where the rules let the call go, or not at all.
func (p *Proxy) fromOutside(r *http.Request) *http.Response {
	file, meant, err := p.outside.Rules.Find(r.URL)
	switch {
	case meant && err == nil:
		return p.copyOf(r, file)
	case !p.outside.Rules.Allows(r.URL):
		return p.refuse(r, r.URL.Host, err)
	}
	if err := p.outside.MayPass(r.Method, r.URL, r.Header); err != nil {
		return p.refuse(r, r.URL.Host, err)
	}
	return p.letOut(r)
}

func (p *Proxy) copyOf(r *http.Request, file outside.File) *http.Response {
	call := p.callOf(r, r.URL.Host)
	call.Status, call.By = http.StatusOK, "a local copy"
	p.calls.add(call)
	response := plain(r, http.StatusOK, "")
	response.Header.Set("Content-Type", file.ContentType)
	response.ContentLength = int64(len(file.Body))
	response.Body = io.NopCloser(bytes.NewReader(file.Body))
	if r.Method == http.MethodHead {
		response.Body = http.NoBody
	}
	return response
}

// letOut asks the server out there. It ends with the proxy.
func (p *Proxy) letOut(r *http.Request) *http.Response {
	ctx, cancel := context.WithCancel(r.Context())
	release := context.AfterFunc(p.running, cancel)
	call := p.callOf(r, r.URL.Host)
	call.By = "the server outside"
	response, err := p.outside.Get(ctx, r.Method, r.URL, r.Header)
	if err != nil {
		release()
		cancel()
		response = plain(r, http.StatusBadGateway, fmt.Sprintf("standin's egress proxy let this through to %s, which did not answer: %v", r.URL.Host, err))
	} else {
		response.Body = &releasing{response.Body, func() { release(); cancel() }}
		response.Header.Del("Set-Cookie")
	}
	call.Status = response.StatusCode
	p.calls.add(call)
	return response
}
