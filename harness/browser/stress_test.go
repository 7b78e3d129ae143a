package browser_test
import ("testing";"net/http/httptest";"context";"time";"os";"strings";"slices"
"github.com/standin-dev/standin/fixtures/apps"
"github.com/standin-dev/standin/harness"
"github.com/standin-dev/standin/harness/browser"
"github.com/standin-dev/standin/scenarios")
func TestStress(t *testing.T) {
	b, err := browser.Launch(context.Background(), browser.Options{}); if err!=nil {t.Fatal(err)}
	defer b.Close()
	end := time.Now().Add(100*time.Second)
	for i:=0; time.Now().Before(end); i++ {
		for _, name := range strings.Split(os.Getenv("APPS"), ",") {
		app,_ := apps.ByName(name)
		var keys string
		var server *httptest.Server
		server = httptest.NewServer(app.New(apps.Options{BaseURL: func() string {return server.URL}, KeysURL: func() string {return keys}}))
		cfg := harness.Config{App: server.URL, Use: b, Started: func(env map[string]string) error { keys = env["CONNECT_KEYS_CDN_URL"]; return nil }}
		var list []harness.Scenario
		for _, s := range scenarios.All() { if ids := os.Getenv("IDS"); ids=="" || slices.Contains(strings.Split(ids,","), s.ID) { list=append(list,s) } }
		r, err := harness.Run(context.Background(), cfg, list)
		if err!=nil {t.Fatal(err)}
		for _, s := range r.Scenarios { t.Logf("%d %s %s %s %.2f %v", i, name, s.ID, s.Verdict, s.RealSeconds, s.Notes) }
		server.Close()
		}
	}
}
