package fakehost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/standin-dev/standin/fakehost/token"
)

// What can be done to an app by hand.
const (
	doUninstall = "uninstall"
	doReinstall = "reinstall"
	doDisable   = "disable"
	doEnable    = "enable"
	doRotate    = "rotate-secret"
)

// States of an app at the apps endpoint.
const (
	stateInstalled   = "installed"
	stateDisabled    = "disabled"
	stateUninstalled = "uninstalled"
)

// appView is an app as the apps endpoint tells it. It has no secret.
type appView struct {
	Key       string `json:"key"`
	Name      string `json:"name"`
	BaseURL   string `json:"baseUrl"`
	ClientKey string `json:"clientKey"`
	State     string `json:"state"`
	// Actions are what can be done to it in this state.
	Actions []string `json:"actions"`
}

// appViews are the apps that are here, and those that were taken off by hand.
func (s *Server) appViews() []appView {
	all := []appView{}
	for _, t := range s.tenants.everyone() {
		state, actions := stateInstalled, []string{doUninstall, doDisable}
		if t.disabled {
			state, actions = stateDisabled, []string{doUninstall, doEnable}
		}
		if t.usesTokens() && t.mode != Skip {
			actions = append(actions, doRotate)
		}
		all = append(all, viewOfApp(t, state, actions))
	}
	for _, t := range s.departed.everyone() {
		all = append(all, viewOfApp(t, stateUninstalled, []string{doReinstall}))
	}
	slices.SortStableFunc(all, func(a, b appView) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

func viewOfApp(t *Tenant, state string, actions []string) appView {
	return appView{
		Key: t.App.Key, Name: firstText(t.App.Name, t.App.Key), BaseURL: t.App.BaseURL, ClientKey: t.ClientKey, State: state, Actions: actions,
	}
}

// serveApps answers GET /_standin/apps.
func (s *Server) serveApps(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string][]appView{"apps": s.appViews()})
}

// serveAppChange answers POST /_standin/apps with {"app":"KEY","do":"uninstall"}. The
// app may be left out when there is one alone. What the app complains of is answered
// with 502; whether the change holds all the same, GET tells.
func (s *Server) serveAppChange(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		App string `json:"app"`
		Do  string `json:"do"`
	}
	if err := readControl(w, r, &ask); err != nil {
		writeError(w, http.StatusBadRequest, "change app: "+err.Error()+`: send {"app":"KEY","do":"uninstall"}`)
		return
	}
	if apps := s.appViews(); ask.App == "" && len(apps) == 1 {
		ask.App = apps[0].Key
	}
	err := s.changeApp(r.Context(), ask.App, ask.Do)
	var refused *InstallError
	switch {
	case err == nil:
		s.serveApps(w, r)
	case errors.Is(err, errNoSuchAction):
		writeError(w, http.StatusBadRequest, err.Error())
	case errors.Is(err, ErrNotInstalled), errors.Is(err, ErrNotOurs):
		writeError(w, http.StatusConflict, err.Error())
	case errors.As(err, &refused):
		writeError(w, http.StatusBadGateway, s.hideSecrets(token.Redact(err.Error())))
	default:
		writeError(w, http.StatusInternalServerError, s.hideSecrets(token.Redact(err.Error())))
	}
}

var errNoSuchAction = fmt.Errorf("no such action: use %s, %s, %s, %s or %s", doUninstall, doReinstall, doDisable, doEnable, doRotate)

// changeApp does it.
func (s *Server) changeApp(ctx context.Context, key, do string) error {
	switch do {
	case doUninstall:
		return s.takeOff(ctx, key)
	case doReinstall:
		return s.putBack(ctx, key)
	case doDisable:
		return s.Disable(ctx, key, LifecycleOptions{})
	case doEnable:
		return s.Enable(ctx, key, LifecycleOptions{})
	case doRotate:
		_, err := s.RotateSecret(ctx, key, LifecycleOptions{})
		return err
	}
	return fmt.Errorf("change app: %q: %w", do, errNoSuchAction)
}

// takeOff uninstalls an app and remembers it, so that it can be put back.
func (s *Server) takeOff(ctx context.Context, key string) error {
	tenant, ok := s.Tenant(key)
	err := s.UninstallApp(ctx, key, LifecycleOptions{})
	if ok && !errors.Is(err, ErrNotInstalled) {
		s.departed.put(tenant)
	}
	return err
}

// putBack installs an app again that was taken off: as the same client, with a secret
// of its own, as production does when an app comes back to a site. A tenant that is
// not ours keeps its secret.
func (s *Server) putBack(ctx context.Context, key string) error {
	earlier := s.departed.find(key)
	if earlier == nil {
		return fmt.Errorf("reinstall %s: nothing of that key was uninstalled by hand, so it is %w", key, ErrNotInstalled)
	}
	o := InstallOptions{Mode: earlier.mode, ClientKey: earlier.ClientKey}
	if earlier.mode == Skip {
		o.SharedSecret, o.OAuthClientID = earlier.SharedSecret, earlier.OAuthClientID
	}
	if _, err := s.Install(ctx, earlier.App, o); err != nil {
		return err
	}
	s.departed.remove(key)
	return nil
}
