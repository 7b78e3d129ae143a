// Package outside is the one exception from the rule that nothing leaves this machine:
// what the config's key outside says of addresses elsewhere. Local copies answer in the
// stead of some; of some hosts scripts, styles, fonts and pictures may be fetched, by
// requests that carry no credential.
package outside

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Rules say what stands for what is outside. The zero Rules let nothing out and have no
// copies. They are safe for concurrent use once they are made.
type Rules struct {
	allowed []string // hosts, in lower case, with a port where that is not the scheme's
	copies  []local
}

// local is a copy of what is at an address.
type local struct {
	scheme string // empty: http and https
	host   string // as in allowed
	path   string // of the address; ends in / where all below it is meant
	query  string // empty: any
	file   string // or folder
	folder bool
}

// Allow lets GETs of scripts, styles, fonts and pictures go to a host.
func (r *Rules) Allow(host string) error {
	name := strings.ToLower(strings.TrimSpace(host))
	u, err := url.Parse("//" + name)
	switch {
	case strings.Contains(name, "/"):
		if other, err := url.Parse(name); err == nil && other.Host != "" {
			return fmt.Errorf("allow takes hosts, not addresses: write %s instead of %s", other.Host, host)
		}
		return fmt.Errorf("allow takes host names such as cdn.example.com; %q is not one", host)
	case err == nil && u.Host == name && here(u):
		return fmt.Errorf("allow: %s is on this machine, and needs no leave", host)
	case err != nil, u.Host != name, strings.ContainsAny(name, "*@ ,;?#"), !strings.ContainsAny(u.Hostname(), ".:"):
		return fmt.Errorf("allow takes host names such as cdn.example.com; %q is not one", host)
	}
	if !slices.Contains(r.allowed, plainHost(u)) {
		r.allowed = append(r.allowed, plainHost(u))
	}
	return nil
}

// Copy has a file answer in the stead of an address, or the files of a folder in the
// stead of all below one that ends in / or is a host alone. The file is relative to below
// and may not be outside of it; an empty below is the caller's folder.
func (r *Rules) Copy(address, file, below string) error {
	c, err := parseAddress(address)
	if err != nil {
		return err
	}
	switch {
	case file == "":
		return fmt.Errorf("%s has no file: name the local copy, as local/x.js", address)
	case !filepath.IsLocal(file):
		return fmt.Errorf("%s: %q leaves the folder of the config: put the copies below that, and name them as local/x.js", address, file)
	}
	c.file = filepath.Join(below, filepath.FromSlash(file))
	info, err := os.Stat(c.file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s: there is no file or folder %s", address, c.file)
	case err != nil:
		return fmt.Errorf("%s: %w", address, err)
	}
	if c.folder = info.IsDir(); c.folder && !strings.HasSuffix(c.path, "/") {
		return fmt.Errorf("%s is one address, and %s is a folder: name a file, or end the address in /", address, c.file)
	}
	r.copies = append(r.copies, c)
	// The longest address is the one that is meant.
	slices.SortStableFunc(r.copies, func(a, b local) int {
		return cmp.Or(cmp.Compare(len(b.path), len(a.path)), cmp.Compare(len(b.query), len(a.query)))
	})
	return nil
}

func parseAddress(address string) (local, error) {
	raw := address
	if !strings.Contains(raw, "://") {
		raw = "//" + raw
	}
	u, err := url.Parse(raw)
	switch {
	case err == nil && u.Host != "" && here(u):
		return local{}, fmt.Errorf("%s is on this machine: only what is outside can have a local copy", address)
	case err != nil, u.Hostname() == "", u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https", u.User != nil, u.Fragment != "",
		strings.ContainsAny(u.Host, "*, "), u.Scheme == "" && !strings.Contains(u.Hostname(), "."):
		return local{}, fmt.Errorf("%q is no address: write it as https://cdn.example.com/x.js, with / at its end for all below it, or the host alone", address)
	}
	return local{scheme: u.Scheme, host: plainHost(u), path: cmp.Or(u.EscapedPath(), "/"), query: u.RawQuery}, nil
}

// here reports whether an address is on this machine.
func here(u *url.URL) bool {
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().IsLoopback() || ip.IsUnspecified()
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// plainHost is a host in lower case, without the port of its scheme.
func plainHost(u *url.URL) string {
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if port == "" || port == "443" && u.Scheme != "http" || port == "80" && u.Scheme != "https" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// Empty reports whether there is nothing for which anything would be let out or answered.
func (r *Rules) Empty() bool { return r == nil || len(r.allowed)+len(r.copies) == 0 }

// Hosts are the names that have a rule, without their ports.
func (r *Rules) Hosts() []string {
	if r == nil {
		return nil
	}
	var hosts []string
	add := func(hostport string) {
		host := hostport
		if name, _, err := net.SplitHostPort(hostport); err == nil {
			host = name
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	for _, host := range r.allowed {
		add(host)
	}
	for _, c := range r.copies {
		add(c.host)
	}
	return hosts
}

// Concern reports whether a host, with its port where that is not the scheme's, has a
// rule.
func (r *Rules) Concern(hostport string) bool {
	if r == nil {
		return false
	}
	host := plainHost(&url.URL{Host: hostport})
	return slices.Contains(r.allowed, host) || slices.ContainsFunc(r.copies, func(c local) bool { return c.host == host })
}

// Allows reports whether an address is of a host to which GETs may go.
func (r *Rules) Allows(u *url.URL) bool {
	return r != nil && (u.Scheme == "https" || u.Scheme == "http") && slices.Contains(r.allowed, plainHost(u))
}

// find is the copy of an address; nil: there is none. A scheme other than that of the
// rule is another address.
func (r *Rules) find(u *url.URL) *local {
	if r == nil {
		return nil
	}
	path := cmp.Or(u.EscapedPath(), "/")
	for i := range r.copies {
		c := &r.copies[i]
		switch {
		case c.host != plainHost(u), c.scheme != "" && c.scheme != u.Scheme, c.query != "" && c.query != u.RawQuery:
		case path == c.path, strings.HasSuffix(c.path, "/") && strings.HasPrefix(path, c.path):
			return c
		}
	}
	return nil
}
