package fakehost

import "github.com/standin-dev/standin/fakehost/descriptor"

// licensed reports whether the licences of the apps are active.
func (s *Server) licensed() bool { return s.Conditions().Licence == "" }

// licence is lic in iframe URLs: active or none, both seen on captured URLs.
func (s *Server) licence() string {
	if s.licensed() {
		return "active"
	}
	return "none"
}

// withheld reports whether a module gets no context token for want of a licence.
func (s *Server) withheld(m descriptor.Module) bool {
	switch s.Conditions().Licence {
	case LicenceWithheld:
		return true
	case LicenceLapsed:
		return licenceGated(m)
	}
	return false
}

// licenceGated reports whether a module is shown only to who has a licence: whether
// its conditions ask for addon_is_licensed.
func licenceGated(m descriptor.Module) bool {
	gated := false
	for _, c := range readConditions(m) {
		c.walk(func(single displayCondition) { gated = gated || single.Name == "addon_is_licensed" && !single.Invert })
	}
	return gated
}
