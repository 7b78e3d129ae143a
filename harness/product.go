package harness

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// startHost starts the fake host at an address.
func (r *run) startHost(addr string) error {
	r.host = r.newHost(addr)
	if err := r.host.Start(); err != nil {
		return err
	}
	r.host.Translator().AddSessionSecret(r.cfg.SessionSecret)
	r.user = r.host.CurrentUser()
	return nil
}

// newHost is a fake host as the config wants it, which has not started.
func (r *run) newHost(addr string) *fakehost.Server {
	return &fakehost.Server{
		Addr: addr, Site: siteFor(r.cfg.App), Product: r.cfg.Product, AllJS: r.cfg.AllJS, HoldJournal: !r.serving,
		PublicURL: r.cfg.publicURL(), PublicPages: r.cfg.Site != "" && !r.serving,
		User: r.cfg.User, Stubs: r.cfg.Stubs, ContextCache: contextCache, Clock: clock.New(clock.Options{Start: r.cfg.start}),
		IframeTTL: r.cfg.tokenLife, ContextTTL: r.cfg.tokenLife, ControlSecret: r.cfg.controlSecret,
		HiddenPages: r.cfg.HiddenPages, Scopes: r.cfg.Scopes, Redelivery: r.cfg.Redelivery, Lifecycle: r.cfg.Lifecycle,
	}
}

// settleProduct has the host be the product that the app is for, where the config does
// not say: Confluence for a descriptor whose modules are of Confluence alone, or for a
// module of Confluence that is asked for by its key; else Jira. The host has started by
// then, for the app had to be told where its keys are: it starts again at the same
// address, and nothing was installed before.
func (r *run) settleProduct() error {
	if r.cfg.Product != "" {
		return nil
	}
	defer func() { r.productNoted = r.productNote() }()
	products, key := r.desc.Products(), moduleKey(r.cfg.Module)
	if i := slices.IndexFunc(r.desc.Modules, func(m descriptor.Module) bool { return m.Key == key && m.Iframe() && m.Product() != "" }); i >= 0 {
		products = []string{r.desc.Modules[i].Product()}
	}
	if !slices.Equal(products, []string{descriptor.ProductConfluence}) {
		return nil
	}
	r.cfg.Product = fakehost.Confluence
	if err := r.cfg.checkHost(); err != nil {
		return err
	}
	at, err := url.Parse(r.host.LocalOrigin())
	if err != nil {
		return err
	}
	if err := r.host.Close(); err != nil {
		return err
	}
	if err := r.startHost("127.0.0.1:" + at.Port()); err != nil {
		return err
	}
	if r.egress != nil {
		r.egress.Replace(r.host)
	}
	return nil
}

// productNote says by what the product was chosen, which the config leaves open; "" is
// that there is nothing to say.
func (r *run) productNote() string {
	if r.cfg.Product == fakehost.Confluence {
		return "product: Confluence, by the modules of the descriptor (to choose: --product, or \"product:\" in standin.yaml)"
	}
	var left []string
	for _, m := range r.desc.IframeModules() {
		if m.Product() == descriptor.ProductConfluence {
			left = append(left, m.Key)
		}
	}
	if len(left) == 0 {
		return ""
	}
	return fmt.Sprintf("product: Jira; the descriptor has modules of Confluence too: %s. To play those: --product confluence", some(left))
}
