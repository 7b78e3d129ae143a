package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// minTokenLife is the shortest life that a token may be given: shorter ones die on
// their way on a busy machine.
const minTokenLife = 5 * time.Second

// ServeOptions say how to keep a host up for a person.
type ServeOptions struct {
	// TokenLife is how long iframe and context tokens live. Real back ends keep real
	// time, so a short life is the way to see a token expire by hand. 0 is 900 s, as
	// production; else it is 5 s at least.
	TokenLife time.Duration
	// Secret is what the control endpoints want in the header X-Standin-Secret
	// ([fakehost.Server.ControlSecret]). "" is made anew.
	Secret string
	// Ready is called once, when the app is installed and pages are served. nil: it
	// is not.
	Ready func(Served)
}

// Served is a host that is up.
type Served struct {
	// URL is the start page.
	URL string
	// Secret is what the control endpoints want in the header X-Standin-Secret.
	Secret string
	// AppKey and AppName are of the app's descriptor.
	AppKey, AppName string
	// Warnings are what the descriptor was taken in spite of, one a line.
	Warnings []string
}

// Serve installs the app on a host and keeps both up, for whatever browser, until ctx
// ends; that is no error. The error tells why it could not begin, as that of Run, or
// that the app's command ended. Of cfg it uses what is about the app, the host and the
// install; it starts no browser.
func Serve(ctx context.Context, cfg Config, o ServeOptions) error {
	if o.TokenLife != 0 && o.TokenLife < minTokenLife {
		return fmt.Errorf("a token's life cannot be %s: use %s or more, or leave it out for 15m", o.TokenLife, minTokenLife)
	}
	cfg.tokenLife, cfg.controlSecret = o.TokenLife, o.Secret
	r := &run{cfg: withDefaults(cfg), serving: true}
	defer r.close()
	err := r.stayUp(ctx, o.Ready)
	r.sayEgress()
	if ctx.Err() != nil {
		return nil // what failed then, failed because it was to end
	}
	return err
}

// stayUp brings everything up and waits.
func (r *run) stayUp(ctx context.Context, ready func(Served)) error {
	if err := r.bringUpApp(ctx); err != nil {
		return err
	}
	for _, note := range []string{r.productNoted, r.siteNote(), r.nameNote()} {
		if note != "" {
			r.cfg.Progress.say("%s", note)
		}
	}
	r.cfg.Progress.say("installing %s on a fake %s at %s", r.desc.Key, productName(r.cfg.Product), r.host.BaseURL())
	if _, err := r.host.Install(ctx, r.desc, r.cfg.Install); err != nil {
		return err
	}
	if ready != nil {
		up := Served{URL: r.host.Origin() + "/", Secret: r.host.Secret(), AppKey: r.desc.Key, AppName: r.desc.Name}
		for _, w := range r.desc.Warnings {
			up.Warnings = append(up.Warnings, w.String())
		}
		ready(up)
	}
	return r.stayWithApp(ctx)
}

// stayWithApp waits until ctx ends, which is no error, or the app does.
func (r *run) stayWithApp(ctx context.Context) error {
	watched, unwatch := r.watchApp(ctx)
	defer unwatch()
	<-watched.Done()
	end := r.gone()
	if end == nil {
		return nil
	}
	err := errors.New("t" + strings.TrimSuffix(strings.TrimPrefix(end.Message, "T"), "."))
	if end.Output != "" {
		err = fmt.Errorf("%w; it printed:\n%s", err, end.Output)
	}
	if end.Cause != "" {
		err = fmt.Errorf("%w\n%s %s", err, end.Cause, end.Remedy)
	}
	return err
}
