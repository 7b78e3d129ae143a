package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/harness"
	"github.com/standin-dev/standin/harness/browser"
)

const (
	// secretEnv holds the tenant's secret for those who do not want it in their
	// shell's history.
	secretEnv = "STANDIN_SHARED_SECRET"
	// sessionSecretEnv holds that of the back end's own tokens.
	sessionSecretEnv = "STANDIN_SESSION_SECRET"
	// defaultConfig is read when it is there and no other is named.
	defaultConfig = "standin.yaml"
)

// settings turns flags, config and arguments into the engine's config. What a flag
// says wins over the config.
func (f *runFlags) settings(cmd *cobra.Command, args []string) (harness.Config, error) {
	cfg := harness.Config{
		App: f.app, BaseURL: f.baseURL, Module: f.module, Listen: f.listen, Site: f.site,
		Product: fakehost.Product(f.product.value), Probes: harness.Probes(f.probes.value),
		Install: fakehost.InstallOptions{
			Mode: fakehost.InstallMode(f.install.value), ClientKey: f.clientKey, SharedSecret: f.sharedSecret,
		},
		SessionSecret: f.sessionSecret,
		Browser:       browser.Options{Path: f.browser},
		LoadLimit:     f.timeout, SettleLimit: f.timeout,
		RefererDifferential: f.refererDifferential, EveryTick: f.everyTick,
	}
	if f.timeout < 0 || cmd.Flags().Changed("timeout") && f.timeout == 0 {
		return cfg, fmt.Errorf("--timeout cannot be %s: it is a length of time such as 30s", f.timeout)
	}
	if cmd.Flags().Changed("parallel") && f.parallel < 1 {
		return cfg, fmt.Errorf("--parallel cannot be %d: it is how many scenarios are played at a time, 1 or more", f.parallel)
	}
	cfg.Parallel = cmp.Or(f.parallel, byCores(runtime.NumCPU()))
	command, err := commandOf(cmd, args)
	if err != nil {
		return cfg, err
	}
	cfg.Command = command
	cfg.Egress = len(command) > 0 && f.egress
	if cfg.Install.SharedSecret == "" {
		cfg.Install.SharedSecret = os.Getenv(secretEnv)
	}
	if cfg.SessionSecret == "" {
		cfg.SessionSecret = os.Getenv(sessionSecretEnv)
	}
	if cfg.Install.Mode == fakehost.Skip && (cfg.Install.ClientKey == "" || cfg.Install.SharedSecret == "") {
		return cfg, fmt.Errorf("--install skip sends no install, so the app must know its tenant already: give --client-key and --shared-secret (or %s) as the app has stored them", secretEnv)
	}
	if f.allJS != "" {
		if cfg.AllJS, err = os.ReadFile(f.allJS); err != nil {
			return cfg, fmt.Errorf("--all-js: %w; name a script such as dist/iframe.js of atlassian-connect-js", err)
		}
	}
	if f.stubs != "" {
		if cfg.Stubs, err = harness.StubFolder(f.stubs); err != nil {
			return cfg, fmt.Errorf("--stubs: %w", err)
		}
	}
	if err := readConfig(&cfg, f.config, cmd.InOrStdin()); err != nil {
		return cfg, err
	}
	return cfg, checkApp(cfg)
}

// byCores is how many scenarios are played at a time on a machine with so many cores: each
// keeps two of them busy, its page and the browser's own processes.
func byCores(n int) int { return max(1, min(n/2, 4)) }

// commandOf is what stands behind "--"; nothing else may stand there.
func commandOf(cmd *cobra.Command, args []string) ([]string, error) {
	at := cmd.ArgsLenAtDash()
	if at < 0 {
		at = len(args)
	} else if at == len(args) {
		return nil, errors.New("nothing stands behind \"--\"; write the command that starts the app there, or leave it out")
	}
	if at > 0 {
		hint := "write --app " + args[0] + ", if that is the app"
		if !strings.Contains(args[0], ":") {
			hint = "write the command that starts the app behind \"--\""
		}
		return nil, fmt.Errorf("%s does not know what to do with %q; %s", cmd.CommandPath(), args[0], hint)
	}
	return args[at:], nil
}

// readConfig reads the config that is named, "-" being standard input; else the one
// of this folder, if there is one.
func readConfig(cfg *harness.Config, named string, stdin io.Reader) error {
	switch named {
	case "-":
		data, err := io.ReadAll(stdin)
		if err == nil {
			err = cfg.ParseConfig(data)
		}
		if err != nil {
			return fmt.Errorf("--config from standard input: %w", err)
		}
		return nil
	case "":
		_, err := os.Stat(defaultConfig)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return cfg.LoadConfig(defaultConfig)
	}
	if _, err := os.Stat(named); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--config: there is no file %s", named)
	}
	return cfg.LoadConfig(named)
}

// checkApp finds before anything starts what cannot be an app's address.
func checkApp(cfg harness.Config) error {
	if cfg.App == "" {
		return errors.New("no app given; say where it is, as --app http://localhost:3000, or \"app:\" in " + defaultConfig)
	}
	if len(cfg.Command) == 0 {
		return nil
	}
	app := cfg.App
	if !strings.Contains(app, "://") {
		app = "http://" + app
	}
	if u, err := url.Parse(app); err == nil && u.Port() == "" {
		return fmt.Errorf("%s names no port; say where your command makes the app listen, as --app http://localhost:3000", cfg.App)
	}
	return nil
}
