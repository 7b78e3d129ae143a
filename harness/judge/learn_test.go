package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestLearn: a carrier is learned from one request that was taken with one token.
func TestLearn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		send func(*scene)
		want string
	}{
		{"header", func(s *scene) { s.call("/api", "JWT "+s.context()) }, "header:Authorization JWT"},
		{"each once, as they come", func(s *scene) {
			s.call("/api", "Bearer "+s.context())
			s.send(timeline.Exchange{URL: "/api?jwt=" + s.session()})
			s.call("/api", "Bearer "+s.context())
		}, "header:Authorization Bearer, query:jwt"},
		{"refused", func(s *scene) { s.call("/api", "JWT "+s.context()).Status = 401 }, ""},
		{"no answer", func(s *scene) { s.call("/api", "JWT "+s.context()).Status = 0 }, ""},
		{"two tokens", func(s *scene) {
			old := s.session()
			s.jump(time.Minute)
			s.call("/api?jwt="+s.context(), "JWT "+old)
		}, ""},
		{"two tokens, the first of them dead", func(s *scene) {
			old := s.session()
			s.jump(time.Hour)
			s.call("/api?jwt="+old, "JWT "+s.context())
		}, "header:Authorization JWT"},
		{"no token", func(s *scene) { s.call("/api", "Bearer opaque") }, ""},
		{"Referer", func(s *scene) { s.read("/api", s.pageURL(s.iframe("/app"))) }, ""},
		{"cookie", func(s *scene) {
			s.send(timeline.Exchange{URL: "/api", Header: header("Cookie", "sid="+s.session())})
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t)
			tt.send(s)
			var got []string
			for _, c := range s.judge().Accepted {
				got = append(got, c.String())
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("learned (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLearned: what was learned elsewhere is a carrier like those of the config,
// but for the order.
func TestLearned(t *testing.T) {
	t.Parallel()
	s := opened(t)
	s.in.Learned = carriers(t, "header:Authorization Bearer", "header:X-Token")
	s.call("/api/items", "Bearer "+s.context()).Status = 401
	if f := s.only(); f.Rule != judge.RefusedValid {
		t.Errorf("it broke %s, want %s: the scheme is right", f.Rule.ID, judge.RefusedValid.ID)
	}
	s = opened(t)
	s.in.Learned = carriers(t, "header:X-Token")
	s.send(timeline.Exchange{URL: "/api/items", Header: header("X-Token", "undefined")})
	if f := s.only(); f.Rule != judge.LiteralJunk {
		t.Errorf("it broke %s, want %s", f.Rule.ID, judge.LiteralJunk.ID)
	}
	s = opened(t)
	s.in.Learned = carriers(t, "header:X-Token")
	s.send(timeline.Exchange{URL: "/api/items"})
	if f := s.only(); f.Expected != "a valid token in header:X-Token, which the back end was seen to take" {
		t.Errorf("expected %q", f.Expected)
	}
}

func TestPresets(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"preset:atlassian-connect-express": "query:jwt, form:jwt, header:Authorization JWT, query:acpt, header:X-Acpt",
		"preset:spring-boot":               "header:Authorization JWT, query:jwt, form:jwt",
		"preset:play":                      "header:Authorization JWT, query:jwt",
		"preset:raw-header":                "header:Authorization",
		"query:token":                      "query:token",
	} {
		list, err := judge.ParseCarriers(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list {
			got = append(got, c.String())
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s is %s, want %s", name, strings.Join(got, ", "), want)
		}
		list[0].Name = "changed"
		if again, _ := judge.ParseCarriers(name); again[0].Name == "changed" {
			t.Errorf("%s gives away its own list", name)
		}
	}
	for _, bad := range []string{"preset:", "preset:express", "preset", "jwt"} {
		if _, err := judge.ParseCarriers(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	// A back end that takes the token as it is gets no scheme.
	s := opened(t)
	s.in.Policy.Carriers, _ = judge.ParseCarriers("preset:raw-header")
	s.call("/api/items", "JWT "+s.context()).Status = 401
	if f := s.only(); f.Rule != judge.WrongScheme {
		t.Errorf("it broke %s, want %s", f.Rule.ID, judge.WrongScheme.ID)
	}
}
