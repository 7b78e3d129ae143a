package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/harness/judge"
	"github.com/standin-dev/standin/harness/timeline"
)

// TestRemedyFitsTheRequest: nobody is told to put a header onto what has none.
func TestRemedyFitsTheRequest(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name   string
		sent   timeline.Exchange
		header bool // a script could set one
	}{
		{"call", timeline.Exchange{Type: "Fetch", URL: "/api/items"}, true},
		{"page", timeline.Exchange{Type: "Document", URL: "/report"}, false},
		{"window", timeline.Exchange{Type: "Document", URL: "/report", Frame: "window"}, false},
		{"socket", timeline.Exchange{Type: "WebSocket", URL: "ws://localhost:3000/live"}, false},
		{"stream", timeline.Exchange{Type: "EventSource", URL: "/events"}, false},
		{"beacon", timeline.Exchange{Type: "Ping", Method: "POST", URL: "/save"}, false},
		{"picture", timeline.Exchange{Type: "Image", URL: "/chart.png"}, false},
	} {
		for _, token := range []string{"none", "expired"} {
			s := opened(t)
			s.in.Popups = map[string]bool{"window": true}
			x := kind.sent
			x.Status = 401
			if token == "expired" {
				raw := s.context()
				s.jump(life + time.Minute)
				x.URL += "?jwt=" + raw
			}
			s.send(x)
			told := false
			for _, f := range s.judge().Findings {
				if f.Rule != judge.NoToken && f.Rule != judge.Expired {
					continue
				}
				told = true
				remedy := f.Remedy
				if remedy == "" {
					remedy = f.Rule.Remedy
				}
				if got := strings.Contains(remedy, "Authorization: JWT"); got != kind.header {
					t.Errorf("%s, token %s: the remedy is %q", kind.name, token, remedy)
				}
			}
			if !told {
				t.Errorf("%s, token %s: nothing was found", kind.name, token)
			}
		}
	}
}
