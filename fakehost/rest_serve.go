package fakehost

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// reply is the answer to a REST call. Either body or value is what it holds; both
// nil: nothing.
type reply struct {
	status int
	header http.Header // nil: application/json
	body   []byte
	value  any
	// note is put behind the journal's line.
	note string
	// refusal is why the call was refused; "" is that it was not.
	refusal string
}

// requestLimit bounds what is read of a call's body: no stub needs more.
const requestLimit = 8 << 20

// restRoutes are the calls that are answered: the user's before the built-in.
type restRoutes struct{ own, builtIn routes }

func (t restRoutes) find(method string, parts []string) (*route, map[string]string) {
	if found, values := t.own.find(method, parts); found != nil {
		return found, values
	}
	return t.builtIn.find(method, parts)
}

// makeRoutes reads the user's files and joins them with what is built in.
func (s *Server) makeRoutes() (restRoutes, error) {
	own, err := readStubs(s.Stubs)
	if err != nil {
		return restRoutes{}, err
	}
	return restRoutes{own: own, builtIn: builtInRoutes(Product(s.Product.key()))}, nil
}

// serveREST answers every path that no page has: by a stub, or by the product's
// 404. Credentials are looked at first, so that a back end learns of wrong ones
// whatever it asked for; a call that has none learns first whether it is known.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request) {
	found, values := s.route(r)
	if found == nil && !s.looksLikeREST(r) {
		s.serveNotFound(w, r)
		return
	}
	c, err := s.authenticate(r)
	switch {
	case err != nil:
		s.refuse(w, r, c, err)
	case s.missingScope(r, c) != "":
		s.refuseScope(w, r, c, s.missingScope(r, c))
	case found == nil:
		s.serveNotEmulated(w, r, c)
	case c.who == WhoAnonymous && !found.anonymous:
		s.refuse(w, r, c, errNoCredentials)
	default:
		r = withCaller(r, c)
		for name, value := range values {
			r.SetPathValue(name, value)
		}
		r.Body = http.MaxBytesReader(w, r.Body, requestLimit)
		s.writeReply(w, r, c, found.answer(s, w, r))
	}
}

// route finds who answers a request, if it lies below the base URL.
func (s *Server) route(r *http.Request) (*route, map[string]string) {
	path, inside := strings.CutPrefix(r.URL.EscapedPath(), s.Product.contextPath()+"/")
	if !inside {
		return nil, nil
	}
	return s.rest.find(r.Method, splitPath(path))
}

// looksLikeREST tells a call from a page: those are below /rest and /api, also
// when the context path was forgotten.
func (s *Server) looksLikeREST(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, s.Product.contextPath())
	return strings.HasPrefix(path, "/rest/") || strings.HasPrefix(path, "/api/")
}

// refuse answers 401 in the product's form. The reason is told to the caller as
// well: it holds no secret, and the app's log is where its author looks first.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, c caller, reason error) {
	// What is wrong with a token comes as one line for each breach.
	message := strings.ReplaceAll(reason.Error(), "\n", "; ")
	s.writeReply(w, r, c, reply{
		status: http.StatusUnauthorized, value: s.productError(http.StatusUnauthorized, message), refusal: message,
	})
}

// writeReply notes a REST call and answers it.
func (s *Server) writeReply(w http.ResponseWriter, r *http.Request, c caller, a reply) {
	text := "REST call to the product" + c.describe(r)
	switch {
	case a.refusal != "":
		text += ": refused, " + a.refusal
	case a.note != "":
		text += ": " + a.note
	}
	s.record(Entry{Kind: KindRequest, Method: r.Method, URL: r.URL.RequestURI(), Status: a.status, Who: c.who, Text: text, Refusal: a.refusal})
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.value != nil {
		writeJSON(w, a.status, a.value)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// answerWith makes a route of a stub.
func answerWith(answer stub) func(*Server, http.ResponseWriter, *http.Request) reply {
	return func(s *Server, _ http.ResponseWriter, r *http.Request) reply {
		status, value := answer(s, r)
		return reply{status: status, value: value}
	}
}

// answerLate makes a route of a ready answer that comes after a while of real
// time.
func answerLate(a reply, latency time.Duration) func(*Server, http.ResponseWriter, *http.Request) reply {
	return func(_ *Server, w http.ResponseWriter, r *http.Request) reply {
		if latency <= 0 {
			return a
		}
		// The server notices that the caller has gone only when the body is read.
		_, _ = io.Copy(io.Discard, r.Body)
		timer := time.NewTimer(latency)
		defer timer.Stop()
		waitForGone(w, r, timer.C)
		late := a
		late.note += fmt.Sprintf(", %s late", latency)
		return late
	}
}
