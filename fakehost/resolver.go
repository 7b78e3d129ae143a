package fakehost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

// extensionHeader names the extension for which host.js asks. The product has
// no such header; here it ties the journal's entries together.
const extensionHeader = "X-Standin-Extension"

// getTokenHeader tells a page that was rendered before that getToken is to fail, or
// that the answer is without a token on purpose.
const getTokenHeader = "X-Standin-Get-Token"

// formLimit bounds what the content resolver reads.
const formLimit = 1 << 20

// serveResolver is the content resolver: how the host's page gets a fresh URL
// and a fresh context token for an extension (connect-protocol 1.3; form fields
// as in P2 content-resolver.js). The form's key may name another module of the
// same app than the path does: so a page opens a dialog.
func (s *Server) serveResolver(w http.ResponseWriter, r *http.Request) {
	// The body is read before anything hangs: only then does the server notice
	// that the page has gone.
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	formError := r.ParseForm()
	module := r.PathValue("module")
	if key := r.PostForm.Get("key"); key != "" {
		module = key
	}
	id := r.Header.Get(extensionHeader)
	status, answer := s.holdResolver(w, r)
	note := func(status int, text string) {
		s.record(Entry{Kind: KindResolver, Extension: id, Module: module, Method: r.Method, URL: r.URL.Path, Status: status, Text: text})
	}
	if answer == nil && s.refuseWithoutSession(w, r, func(status int) {
		s.record(Entry{Kind: KindFault, Extension: id, Module: module, Method: r.Method, URL: r.URL.Path, Text: "no session: the content resolver has no token to give"})
		note(status, "content resolver asked for "+module+" without a session")
	}) {
		return
	}
	told := s.Conditions().GetToken
	switch {
	case answer != nil:
	case formError != nil:
		status, answer = http.StatusBadRequest, s.productError(http.StatusBadRequest, "content resolver: "+formError.Error())
	default:
		status, answer = s.resolve(r.PathValue("addon"), module, id, r.PostForm)
	}
	if told == GetTokenReject || told == GetTokenEmpty {
		w.Header().Set(getTokenHeader, told)
	}
	if told == GetTokenReject {
		s.record(Entry{Kind: KindFault, Extension: id, Module: module, Method: r.Method, URL: r.URL.Path, Text: "getToken fails on purpose"})
	}
	note(status, "content resolver asked for "+module)
	if e, ok := answer.(*extension); ok && asksHTML(r.PostForm) {
		s.writeFragment(w, r, e)
		return
	}
	writeJSON(w, status, answer)
}

// resolve makes the answer: an extension, or the product's error. id is the
// extension that asks, "" for a new one.
func (s *Server) resolve(addonKey, moduleKey, id string, form url.Values) (int, any) {
	if key := form.Get("plugin-key"); key != "" && key != addonKey {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest,
			fmt.Sprintf("content resolver: plugin-key %q is not the app %q of the path", key, addonKey))
	}
	tenant := s.tenants.get(addonKey)
	if tenant == nil {
		return http.StatusNotFound, s.productError(http.StatusNotFound, s.whyNoApp(addonKey))
	}
	module, ok := tenant.module(moduleKey)
	if !ok {
		return http.StatusNotFound, s.productError(http.StatusNotFound, fmt.Sprintf("the app %q has no module %q", addonKey, moduleKey))
	}
	view := form.Get(classifierField)
	if form.Get("classifier") == viewPanel {
		view = viewPanel
	}
	if module, ok = viewOf(module, view); !ok {
		return http.StatusNotFound, s.productError(http.StatusNotFound, fmt.Sprintf("the module %q has no %s", moduleKey, view))
	}
	vars, err := s.contextOfForm(module, form)
	if err != nil {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, "content resolver: "+err.Error())
	}
	if view != viewMacro {
		vars = s.savedVars(tenant, module, vars) // an editor opens with what was saved since
	}
	if id == "" {
		id = newExtensionID(tenant, module)
	}
	// A resolver's token is always fresh: only a page can have grown old.
	extension, err := s.newExtension(showing{
		tenant: tenant, module: module, id: id, vars: vars, view: view, title: moduleName(module),
	}, 0)
	if err != nil {
		return http.StatusInternalServerError, s.productError(http.StatusInternalServerError, err.Error())
	}
	return http.StatusOK, extension
}

// classifierField says which iframe of a macro is asked for; "" is the macro's
// own.
const classifierField = "content-classifier"

// contextOfForm is the context that the page sends: product-context, which is a
// flat object as JSON text, and the app's own ac. fields. A page that sends one
// knows where the module stands; for one that sends none it is made up, as on the
// module's plain page.
func (s *Server) contextOfForm(m descriptor.Module, form url.Values) (variables, error) {
	p := s.Product
	fromContext, err := productContext(form.Get("product-context"))
	if err != nil {
		return nil, err
	}
	own := givenBy(p, form)
	sent := givenBy(p, fromContext, parameterNames(m)...)
	if len(sent) == 0 {
		return s.contextFor(m, own), nil
	}
	return own.with(sent), nil
}

// productContext reads the field of that name; "" is none.
func productContext(text string) (url.Values, error) {
	values := url.Values{}
	if text == "" {
		return values, nil
	}
	// Numbers are kept as they are written: an id is no float.
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var flat map[string]any
	if err := decoder.Decode(&flat); err != nil {
		return nil, fmt.Errorf("product-context is not a JSON object: %w", err)
	}
	for name, value := range flat {
		switch value.(type) {
		case string, json.Number, bool:
			values.Set(name, fmt.Sprint(value))
		}
	}
	return values, nil
}

// holdResolver does to a call what the conditions say. An answer that is not
// nil is the one to give; a call that is never answered ends in a panic that
// net/http knows, which drops the connection.
func (s *Server) holdResolver(w http.ResponseWriter, r *http.Request) (int, any) {
	c := s.Conditions()
	fault := func(text string) {
		s.record(Entry{Kind: KindFault, Extension: r.Header.Get(extensionHeader), Method: r.Method, URL: r.URL.Path, Text: text})
	}
	if c.ResolverDelay > 0 {
		fault(fmt.Sprintf("content resolver answers %s late", c.ResolverDelay))
		delay := time.NewTimer(c.ResolverDelay)
		defer delay.Stop()
		waitForGone(w, r, delay.C)
	}
	if c.GetToken == GetTokenHang {
		fault("content resolver never answers")
		waitForGone(w, r, nil)
	}
	if c.ResolverStatus != 0 {
		fault("content resolver fails on purpose")
		status := c.ResolverStatus
		if status < 200 || status > 599 {
			status = http.StatusInternalServerError
		}
		return status, s.productError(status, "the content resolver fails on purpose")
	}
	return 0, nil
}

// waitForGone returns when the time has come (never, if that is nil), and drops
// the connection when the page or the server goes first.
func waitForGone(w http.ResponseWriter, r *http.Request, come <-chan time.Time) {
	// The wait may be longer than what any answer may take. A connection that
	// cannot lift its deadline keeps it, which only ends the wait sooner.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	select {
	case <-come:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}
