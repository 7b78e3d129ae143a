package fakehost

import (
	"encoding/json"
	"net/http"
)

// controlLimit bounds the body of a control request.
const controlLimit = 1 << 10

// userView is a user as the user endpoint and the start page tell it.
type userView struct {
	// ID is the account id, or "anonymous": what a POST takes.
	ID       string `json:"id"`
	FullName string `json:"fullName,omitempty"`
	TimeZone string `json:"timeZone,omitempty"`
	Locale   string `json:"locale,omitempty"`
	Current  bool   `json:"current"`
}

func (s *Server) userViews() []userView {
	current := s.CurrentUser()
	var all []userView
	for _, u := range s.Users() {
		all = append(all, userView{u.id(), u.FullName, u.TimeZone, u.Locale, u.same(current)})
	}
	return all
}

// serveUsers answers GET /_standin/user.
func (s *Server) serveUsers(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string][]userView{"users": s.userViews()})
}

// serveSwitch answers POST /_standin/user with {"user":"anonymous"}, an account id
// or a full name.
func (s *Server) serveSwitch(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		User string `json:"user"`
	}
	if err := readControl(w, r, &ask); err != nil {
		writeError(w, http.StatusBadRequest, "switch user: "+err.Error()+`: send {"user":"anonymous"}`)
		return
	}
	if err := s.SwitchUser(ask.User); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	s.serveUsers(w, r)
}

// readControl decodes the small JSON body of a control request.
func readControl(w http.ResponseWriter, r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, controlLimit))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
