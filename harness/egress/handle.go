package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/elazarl/goproxy"

	"github.com/standin-dev/standin/fakehost/token"
)

// hostSecret opens the fake host's control endpoints. No back end has a business
// there.
const hostSecret = "X-Standin-Secret"

// tlsFor makes the TLS config of a host that we answer for.
type tlsFor = func(host string, ctx *goproxy.ProxyCtx) (*tls.Config, error)

// handler is the proxy, with our rules in it.
func (p *Proxy) handler(config tlsFor) http.Handler {
	proxy := goproxy.NewProxyHttpServer()
	proxy.Logger = silent{}
	proxy.KeepAcceptEncoding = true
	proxy.CertStore = &certStore{}
	// Both would else be what the environment says.
	proxy.Tr = p.transport
	proxy.ConnectDial = func(network, address string) (net.Conn, error) { return dial(p.running, network, address) }
	proxy.NonproxyHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "This is standin's egress proxy, for an app's back end; it has no pages.", http.StatusNotFound)
	})
	proxy.OnRequest().HandleConnectFunc(func(host string, ctx *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		if p.routes.app(host) != "" && plainHost(host) != p.appName {
			ctx.Resp = p.refuse(ctx.Req, host, errLateName)
			return goproxy.RejectConnect, host
		}
		if p.routes.way(host) != nil || p.outside.Rules.Concern(plainHost(host)) {
			return &goproxy.ConnectAction{Action: goproxy.ConnectMitm, TLSConfig: config}, host
		}
		ctx.Resp = p.refuse(ctx.Req, host, nil)
		return goproxy.RejectConnect, host
	})
	proxy.OnRequest().DoFunc(func(r *http.Request, ctx *goproxy.ProxyCtx) (*http.Request, *http.Response) {
		target, ok := p.routes.lead(r.URL)
		if !ok {
			return r, p.fromOutside(r)
		}
		ctx.RoundTripper = goproxy.RoundTripperFunc(func(r *http.Request, _ *goproxy.ProxyCtx) (*http.Response, error) {
			return p.forward(r, target), nil
		})
		return r, nil
	})
	return proxy
}

// errLateName is why an app that was not known by its name does not find itself there.
var errLateName = errors.New("it is the app's own name, which standin learned from the descriptor; give it beforehand, by --base-url or as baseUrl in standin.yaml, so that a certificate is made for it")

// forward asks the fake host, or the app itself, and notes the answer.
func (p *Proxy) forward(r *http.Request, target string) *http.Response {
	call := p.callOf(r, r.URL.Host)
	response, err := p.ask(r, target)
	if err != nil {
		response = plain(r, http.StatusBadGateway, fmt.Sprintf("standin's fake host, or the app, did not answer for %s: %v", r.URL.Host, err))
	}
	call.Status = response.StatusCode
	p.calls.add(call)
	return response
}

func (p *Proxy) ask(r *http.Request, target string) (*http.Response, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(r.Context())
	release := context.AfterFunc(p.running, cancel)
	out := r.Clone(ctx)
	out.URL, out.Host, out.RequestURI = u, u.Host, ""
	out.Header.Del(hostSecret)
	if p.routes.app(r.URL.Host) != "" {
		out.Host = r.URL.Host
		out.Header.Set("X-Forwarded-Proto", r.URL.Scheme)
		out.Header.Set("X-Forwarded-Host", r.URL.Host)
	}
	response, err := p.transport.RoundTrip(out)
	if err != nil {
		release()
		cancel()
		return nil, err
	}
	response.Body = &releasing{response.Body, func() { release(); cancel() }}
	return response, nil
}

// releasing is a body that lets go of the request's context when it is closed.
type releasing struct {
	io.ReadCloser
	release func()
}

func (b *releasing) Close() error {
	defer b.release()
	return b.ReadCloser.Close()
}

// refuse notes what may not be called, and answers 403. The reason stands in the
// status line too: it is all that most clients tell of a refused CONNECT. why is what a
// rule has against it; nil: there is no rule.
func (p *Proxy) refuse(r *http.Request, host string, why error) *http.Response {
	call := p.callOf(r, host)
	call.Status, call.Refused = http.StatusForbidden, true
	reason := "standin's egress proxy refuses " + call.Host + ": an app under test reaches its site and Atlassian's key, token and API servers alone, and what outside: in standin.yaml names"
	if why != nil {
		call.Reason = oneLine(why.Error())
		reason = "standin's egress proxy refuses " + call.Host + ": " + call.Reason
	}
	p.calls.add(call)
	response := plain(r, http.StatusForbidden, reason)
	response.Status = "403 " + reason
	return response
}

// callOf is a request as it is noted. Its path is the app's own writing, and may
// hold anything.
func (p *Proxy) callOf(r *http.Request, host string) Call {
	call := Call{At: p.now(), Method: oneLine(r.Method), Host: oneLine(plainHost(host))}
	if r.Method != http.MethodConnect {
		call.Path = oneLine(token.Redact(r.URL.EscapedPath()))
	}
	return call
}

// plain is an answer of one line.
func plain(r *http.Request, status int, line string) *http.Response {
	return goproxy.NewResponse(r, "text/plain; charset=utf-8", status, line+"\n")
}

// oneLine is text without control characters, which could forge lines of a log or
// of a status line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}

// silent is goproxy's log, in which nothing is that the record of calls lacks.
type silent struct{}

func (silent) Printf(string, ...any) {}
