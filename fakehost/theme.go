package fakehost

import (
	"fmt"
	"net/http"
)

// themePath is where the theme of the pages is asked for and chosen.
const themePath = "/_standin/theme"

// Themes of the product's pages.
const (
	// ThemeNone is a page without a theme: apps are told an empty one.
	ThemeNone = ""
	// ThemeLight and ThemeDark are Atlassian's two. An app that asks for theming
	// is told which; published all.js then loads its style sheet from the CDN,
	// which no frame here can reach. Our pages load none.
	ThemeLight = "light"
	ThemeDark  = "dark"
)

// CurrentTheme is the theme of the pages that are rendered from now on.
func (s *Server) CurrentTheme() string {
	s.themeMu.Lock()
	defer s.themeMu.Unlock()
	if s.theme == nil {
		return s.Theme
	}
	return *s.theme
}

// SetTheme changes it: to [ThemeLight], [ThemeDark] or [ThemeNone]. A page that is
// open keeps its theme; its button Dark theme changes it while frames are alive.
func (s *Server) SetTheme(name string) error {
	if err := checkTheme(name); err != nil {
		return fmt.Errorf("set theme: %w", err)
	}
	s.themeMu.Lock()
	s.theme = &name
	s.themeMu.Unlock()
	s.record(Entry{Kind: KindControl, Text: "theme is now " + firstText(name, "none")})
	return nil
}

func checkTheme(name string) error {
	switch name {
	case ThemeNone, ThemeLight, ThemeDark:
		return nil
	}
	return fmt.Errorf("theme %q is unknown: use %q, %q, or nothing for none", name, ThemeLight, ThemeDark)
}

// themeChoices are the themes as the start page offers them.
func (s *Server) themeChoices() []link {
	choices := []link{{Name: "None", Note: ThemeNone}, {Name: "Light", Note: ThemeLight}, {Name: "Dark", Note: ThemeDark}}
	for i := range choices {
		choices[i].Current = choices[i].Note == s.CurrentTheme()
	}
	return choices
}

type themeState struct {
	Theme string `json:"theme"`
}

// serveTheme answers GET /_standin/theme.
func (s *Server) serveTheme(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, themeState{s.CurrentTheme()})
}

// serveSetTheme answers POST /_standin/theme with {"theme":"dark"}.
func (s *Server) serveSetTheme(w http.ResponseWriter, r *http.Request) {
	var ask themeState
	err := readControl(w, r, &ask)
	if err == nil {
		err = s.SetTheme(ask.Theme)
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error()+`: send {"theme":"dark"}`)
		return
	}
	s.serveTheme(w, r)
}
