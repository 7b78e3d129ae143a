package fakehost_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

func TestZeroServer(t *testing.T) {
	t.Parallel()
	var s fakehost.Server
	if s.Origin() != "" || s.BaseURL() != "" || s.KeysURL() != "" || s.Secret() != "" || s.Mark() != 0 || s.Time() == nil || s.Translator() == nil {
		t.Error("before Start, a Server has an address, a secret or a journal, or no clock")
	}
	if _, err := s.Install(testContext(t), &descriptor.Descriptor{Key: "x"}, fakehost.InstallOptions{}); err == nil || !strings.Contains(err.Error(), "not started") {
		t.Errorf("Install before Start = %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.Origin(), "http://localhost:") || s.BaseURL() != s.Origin() || s.KeysURL() != s.Origin()+"/_standin/keys" {
		t.Errorf("addresses are %s, %s, %s", s.Origin(), s.BaseURL(), s.KeysURL())
	}
	wantEqual(t, "start page", ask(t, "GET", s.Origin()+"/", "").status, 200)
	if err := s.Start(); err == nil {
		t.Error("a second Start succeeded")
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(s.Origin(), "http://")); err == nil {
		conn.Close()
		t.Error("a closed server still listens")
	}
	if err := s.Start(); err == nil {
		t.Error("a closed server started again")
	}
}

func TestCloseUnstarted(t *testing.T) {
	t.Parallel()
	var s fakehost.Server
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tt := range []struct {
		server *fakehost.Server
		want   string
	}{
		{&fakehost.Server{Product: "bitbucket"}, `product "bitbucket" is unknown`},
		{&fakehost.Server{Site: "example.atlassian.net"}, "use localhost or 127.0.0.1"},
		{&fakehost.Server{Addr: "0.0.0.0:0"}, "is not loopback"},
		{&fakehost.Server{Addr: "192.0.2.1:80"}, "is not loopback"},
		{&fakehost.Server{Addr: "8080"}, "write it as 127.0.0.1:8080"},
		{&fakehost.Server{Addr: "127.0.0.1:70000"}, "is not a port"},
		{&fakehost.Server{Addr: taken.Addr().String()}, "give another address"},
		{&fakehost.Server{ContextTTL: -1}, "cannot be negative"},
	} {
		err := tt.server.Start()
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Start = %v, want it to say %q", err, tt.want)
		}
		if err := tt.server.Close(); err != nil {
			t.Errorf("Close after a failed Start: %v", err)
		}
	}
}

// TestSiteAddresses asks for the host by each address that a browser may try.
func TestSiteAddresses(t *testing.T) {
	t.Parallel()
	reachable := func(s *fakehost.Server, ip string) bool {
		port := s.Origin()[strings.LastIndexByte(s.Origin(), ':')+1:]
		conn, err := net.Dial("tcp", net.JoinHostPort(ip, port))
		if err != nil {
			return false
		}
		conn.Close()
		return true
	}
	byName := startHost(t, &fakehost.Server{Site: "localhost"})
	byNumber := startHost(t, &fakehost.Server{Site: "127.0.0.1"})
	if !reachable(byName, "127.0.0.1") || !reachable(byNumber, "127.0.0.1") {
		t.Error("a host does not listen on 127.0.0.1")
	}
	if !strings.HasPrefix(byNumber.Origin(), "http://127.0.0.1:") {
		t.Errorf("origin is %s", byNumber.Origin())
	}
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback")
	}
	six.Close()
	if !reachable(byName, "::1") {
		t.Error("the site localhost does not listen on [::1]")
	}
}

// TestPortHeldOnIPv6 pins a port that somebody else has on [::1], where a
// browser could reach them by the name localhost.
func TestPortHeldOnIPv6(t *testing.T) {
	t.Parallel()
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback")
	}
	defer six.Close()
	s := &fakehost.Server{Addr: fmt.Sprintf("127.0.0.1:%d", six.Addr().(*net.TCPAddr).Port)}
	if err := s.Start(); err == nil {
		s.Close()
		t.Error("Start took a port that is not ours on both addresses")
	}
}

func TestCloseEndsSilentConnections(t *testing.T) {
	t.Parallel()
	s := fakehost.Server{Site: "127.0.0.1"} // one listener, which accepts in order
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.Origin(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// An answer on a later connection shows that the first was accepted.
	wantEqual(t, "status", ask(t, "GET", s.Origin()+"/", "").status, 200)
	started := clock.System()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if took := clock.System().Sub(started); took > 3*time.Second {
		t.Errorf("Close waited %s for a connection on which nothing was asked", took)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	for name, status := range map[string]int{
		"localhost": 200, "localhost:1": 200, "LOCALHOST:80": 200, "app.localhost": 200, "127.0.0.1": 200, "127.9.9.9:5": 200, "[::1]": 200, "[::1]:8080": 200,
		"example.com": 403, "localhost.example.com": 403, "127.0.0.1.example.com:80": 403, "0.0.0.0": 403, "10.0.0.1": 403,
		"[::]": 403, "evil.atlassian.net": 403, "notlocalhost": 403,
	} {
		for _, target := range []string{host.Origin() + "/", pageOf(t, host, app, "items"), host.Origin() + "/_standin/all.js"} {
			a := ask(t, "GET", target, "", "Host", name)
			if a.status != status {
				t.Errorf("GET %s with Host %s: status %d, want %d", target, name, a.status, status)
			}
			if status == 403 && strings.Contains(a.body, host.Secret()) {
				t.Error("a refusal shows the secret")
			}
		}
	}
}

func TestControlNeedsSecret(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	for _, call := range [][2]string{{"POST", "/_standin/journal"}, {"GET", "/_standin/clock"}, {"POST", "/_standin/clock"}} {
		for _, secret := range []string{"", "wrong", host.Secret()[1:], host.Secret() + "0"} {
			a := ask(t, call[0], host.Origin()+call[1], `{"advance":"1h","entries":[{"kind":"call"}]}`, "X-Standin-Secret", secret)
			if a.status != 403 {
				t.Errorf("%s %s with the secret %q: status %d, want 403", call[0], call[1], secret, a.status)
			}
		}
	}
	wantEqual(t, "clock's offset", host.Time().Offset(), 0)
	for _, e := range host.Journal() {
		wantEqual(t, "entry", e.Kind, fakehost.KindRefused)
	}
}

func TestControlClock(t *testing.T) {
	t.Parallel()
	host := startHost(t, &fakehost.Server{})
	target := host.Origin() + "/_standin/clock"
	advanced := ask(t, "POST", target, `{"advance":"16m","kind":"run"}`, "X-Standin-Secret", host.Secret())
	var state struct {
		Now      time.Time
		OffsetMs int64
		Offset   string
	}
	for _, a := range []answer{advanced, ask(t, "GET", target, "", "X-Standin-Secret", host.Secret())} {
		if err := json.Unmarshal([]byte(a.body), &state); err != nil || a.status != 200 {
			t.Fatalf("status %d, %v: %s", a.status, err, a.body)
		}
		wantEqual(t, "offset", state.Offset, "16m0s")
		wantEqual(t, "offset in ms", state.OffsetMs, 16*60*1000)
		if off := state.Now.Sub(host.Time().Now()).Abs(); off > time.Minute {
			t.Errorf("now is %s off", off)
		}
	}
	wantEqual(t, "kind of the jump", host.Time().History()[0].Kind, clock.Run)
	for _, bad := range []string{``, `{}`, `{"advance":"soon"}`, `{"advance":"1m","kind":"nap"}`, `{"advance":"1m","by":"2m"}`,
		`{"offset":""}`, `{"offset":"soon"}`, `{"offset":"0s","advance":"1m"}`} {
		a := ask(t, "POST", target, bad, "X-Standin-Secret", host.Secret())
		if a.status != 400 || !strings.Contains(a.body, "advance clock: ") {
			t.Errorf("POST %s: status %d: %s", bad, a.status, a.body)
		}
	}
	for _, kind := range []clock.Kind{clock.Hidden, clock.Frozen, clock.Step} {
		a := ask(t, "POST", target, fmt.Sprintf(`{"advance":"1m","kind":%q}`, kind), "X-Standin-Secret", host.Secret())
		if a.status != 400 || !strings.Contains(a.body, "the host has no hold on either") {
			t.Errorf("kind %s: status %d: %s", kind, a.status, a.body)
		}
	}
	wantEqual(t, "jumps", len(host.Time().History()), 1)

	// Where to, whatever happened meanwhile.
	host.Time().Advance(time.Hour, clock.Sleep)
	back := ask(t, "POST", target, `{"offset":"0s","kind":"run"}`, "X-Standin-Secret", host.Secret())
	if err := json.Unmarshal([]byte(back.body), &state); err != nil || back.status != 200 {
		t.Fatalf("status %d, %v: %s", back.status, err, back.body)
	}
	wantEqual(t, "offset", state.Offset, "0s")
	wantEqual(t, "the clock's offset", host.Time().Offset(), 0)
	told := host.Journal()
	wantEqual(t, "the journal", told[len(told)-1].Text, "clock moved by -1h16m0s (run)")
}

// TestConcurrency uses everything at once. What it can find, the race detector
// finds.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	host, app, _ := installed(t, &fakehost.Server{})
	d := app.descriptor(t)
	items := pageOf(t, host, app, "items")
	var workers sync.WaitGroup
	run := func(work func(round int)) {
		workers.Go(func() {
			for round := range 10 {
				work(round)
			}
		})
	}
	for range 4 {
		run(func(int) { openPage(t, items) })
		run(func(int) { resolved(t, askForm(t, items, nil)) })
		run(func(int) { ask(t, "GET", host.BaseURL()+"/rest/api/3/issue/DEMO-1", "") })
	}
	run(func(round int) {
		ask(t, "POST", host.Origin()+"/_standin/journal", `{"entries":[{"kind":"call","at":1,"call":"x.y"}]}`, "X-Standin-Secret", host.Secret())
	})
	run(func(round int) {
		ask(t, "PUT", host.BaseURL()+fmt.Sprintf("/rest/atlassian-connect/1/addons/com.example.fake/properties/k%d", round), "1")
	})
	run(func(round int) { host.Time().Advance(time.Minute, clock.Sleep) })
	run(func(round int) {
		host.SetConditions(fakehost.Conditions{ContextTTL: time.Duration(round) * time.Minute})
	})
	run(func(int) {
		if _, err := host.Install(testContext(t), d, fakehost.InstallOptions{}); err != nil {
			t.Error(err)
		}
	})
	run(func(int) { host.Journal() })
	calls := 0
	_, err := host.Await(testContext(t), "ten calls of the page", func(e fakehost.Entry) bool {
		if e.Kind == fakehost.KindCall {
			calls++
		}
		return calls == 10
	})
	if err != nil {
		t.Error(err)
	}
	workers.Wait()
	for i, e := range host.Journal() {
		if e.Seq != i+1 {
			t.Fatalf("entry %d has the number %d", i, e.Seq)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
