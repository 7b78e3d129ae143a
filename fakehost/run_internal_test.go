package fakehost

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestOwnFaults lets a handler of a server's panic: nobody but the journal would
// tell of it.
func TestOwnFaults(t *testing.T) {
	t.Parallel()
	var s Server
	faulty := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))
	s.prepare()
	faulty.Config.ErrorLog = s.errorLog()
	faulty.Start()
	defer faulty.Close()
	if response, err := http.Get(faulty.URL); err == nil {
		response.Body.Close()
		t.Fatal("a handler that panics answered")
	}
	e, err := s.Await(t.Context(), "the fault", func(e Entry) bool { return e.Kind == KindFault })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(e.Text, "the stand-in itself: ") || !strings.Contains(e.Text, "a bug") || strings.Contains(e.Text, "\n") {
		t.Errorf("the entry says %q", e.Text)
	}
}
