package browser
import ("testing";"net/http";"fmt";"time";"bufio";"github.com/standin-dev/standin/harness/timeline")
var _ = bufio.NewReader

type exch = timeline.Exchange
func TestExplore(t *testing.T) {
	app := pages{
		"/": html(`<h1>app</h1><form id=f method=post action=/posted><input name=a value=b></form>
<link rel=stylesheet href=/style.css><img src=/img.png>
<script src="https://connect-cdn.atl-paas.net/all.js"></script>
<script>
fetch('/fetch',{headers:{Authorization:'JWT x'}});
const x=new XMLHttpRequest();x.open('PUT','/xhr');x.send('body');
navigator.sendBeacon('/beacon','hi');
const es=new EventSource('/events');
const w=new Worker('/worker.js');
fetch('/redirect');
fetch(location.origin.replace('localhost','127.0.0.1')+'/cross',{headers:{'X-A':'1'}}).catch(()=>{});
fetch('https://example.com/x').catch(()=>{});
fetch('/etag').then(r=>r.text()).then(()=>fetch('/etag')).then(r=>r.text()).then(()=>fetch('/etag'));
fetch('/cached').then(r=>r.text()).then(()=>fetch('/cached')).then(r=>r.text()).then(()=>fetch('/cached'));
new WebSocket(location.origin.replace('http','ws')+'/ws');
</script>`),
		"/worker.js": text("text/javascript", `fetch('/fromworker')`),
		"/redirect": func(w http.ResponseWriter, q *http.Request) { http.Redirect(w,q,"/redirected",302) },
		"/etag": func(w http.ResponseWriter, q *http.Request) { w.Header().Set("ETag",`"a"`); w.Header().Set("Cache-Control","no-cache"); if q.Header.Get("If-None-Match")!="" {w.WriteHeader(304);return}; fmt.Fprint(w,"x") },
		"/cached": func(w http.ResponseWriter, q *http.Request) { w.Header().Set("Cache-Control","max-age=1000"); fmt.Fprint(w,"x") },
		"/cross": func(w http.ResponseWriter, q *http.Request) { w.Header().Set("Access-Control-Allow-Origin","*"); w.Header().Set("Access-Control-Allow-Headers","*"); w.WriteHeader(200) },
		"/events": func(w http.ResponseWriter, q *http.Request) { w.Header().Set("Content-Type","text/event-stream"); fmt.Fprint(w,"data: x\n\n"); w.(http.Flusher).Flush(); <-q.Context().Done() },
	}
	r := newRig(t, app, ContextOptions{Serve: func(u string) *Served { if u=="https://connect-cdn.atl-paas.net/all.js" { return &Served{"text/javascript", []byte("window.AP={}")} }; return nil }})
	r.goTo("/")
	r.await("x", func(x exch) bool { return x.Type=="Document" && !x.HostPage && x.Status!=0 })
	t0:=time.Now()
	err := r.page.Loaded(r.ctx, patience)
	t.Log("loaded", err, time.Since(t0))
	t0=time.Now()
	err = r.page.Settle(r.ctx, patience)
	t.Log("settle", err, time.Since(t0))
	r.do(`document.querySelector('#f').submit()`)
	err = r.page.Settle(r.ctx, patience)
	t.Log("settle", err, time.Since(t0))
	t.Log("\n"+lines(r.page.Exchanges()))
	for _, e := range r.page.Events() { t.Logf("%+v", e) }
}
