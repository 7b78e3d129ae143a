package fakehost

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// anonymousName chooses nobody where a user is chosen by name.
const anonymousName = "anonymous"

// madeUpUsers are people to be beside [Server.User]: elsewhere, and in another
// language, so that an app shows what it makes of either.
var madeUpUsers = []User{
	{AccountID: "712020:3f6d0c57-51c2-4a0e-9d0b-7e2a64c1b8f3", AccountType: "atlassian", FullName: "Kim Standin", TimeZone: "Europe/Berlin", Locale: "de_DE"},
	{AccountID: "712020:c94a7e10-2b38-47d5-8f6e-d1b05a7c3942", AccountType: "atlassian", FullName: "Noor Standin", TimeZone: "Asia/Tokyo", Locale: "ja_JP"},
}

// MadeUpCustomer is a customer of the service desk's portal, with an account id in
// the form that such accounts have (CDAC 58699). Of Jira he sees the portal alone.
func MadeUpCustomer() User {
	return User{
		AccountID:   "qm:5f1c0a6e-8d2b-4c3f-9a71-2b6e4d8f0c15:7d3e9b20-4a6c-4f18-b5d2-9e8c1a7f6b34",
		AccountType: accountCustomer, FullName: "Uma Standin, customer", TimeZone: "Europe/Paris", Locale: "fr_FR",
	}
}

// session is who is logged in. Before anybody is chosen it is the server's User.
type session struct {
	mu      sync.RWMutex
	current *User
	// been are the other people who were ever logged in, for the site knows them
	// from then on.
	been []User
}

// Users lists the people that somebody at this host can be: [Server.User] first,
// then two made-up ones, in Jira a customer of the service desk's portal, and
// nobody.
func (s *Server) Users() []User {
	all := []User{s.user}
	more := slices.Clone(madeUpUsers)
	if s.Product != Confluence {
		more = append(more, MadeUpCustomer())
	}
	for _, u := range append(more, User{Anonymous: true}) {
		if !slices.ContainsFunc(all, u.same) {
			all = append(all, u)
		}
	}
	return all
}

// CurrentUser is who is logged in now: [Server.User] until SwitchUser is called.
func (s *Server) CurrentUser() User {
	s.session.mu.RLock()
	defer s.session.mu.RUnlock()
	if s.session.current == nil {
		return s.user
	}
	return *s.session.current
}

// SwitchUser logs in one of [Server.Users], by account id or full name, or nobody by
// "anonymous". Pages and answers of the content resolver are that person's from then
// on; a page that is open goes on showing whom it was rendered for, and gets its next
// token for the new one, as in production after a login in another tab.
func (s *Server) SwitchUser(name string) error {
	users := s.Users()
	at := slices.IndexFunc(users, func(u User) bool { return name != "" && (u.id() == name || u.FullName == name) })
	if at < 0 {
		var known []string
		for _, u := range users {
			known = append(known, fmt.Sprintf("%q", u.label()))
		}
		return fmt.Errorf("switch user: nobody here is called %q: use one of %s, or an account id", name, strings.Join(known, ", "))
	}
	chosen := users[at]
	s.session.mu.Lock()
	s.session.current = &chosen
	if !chosen.Anonymous && !slices.ContainsFunc(s.session.been, chosen.same) && !chosen.same(s.user) {
		s.session.been = append(s.session.been, chosen)
	}
	s.session.mu.Unlock()
	s.record(Entry{Kind: KindControl, Text: "logged in: " + chosen.label(), Account: &chosen.AccountID})
	return nil
}

// knownUsers are the people of the site, apps apart: those who were ever logged in.
func (s *Server) knownUsers() []User {
	s.session.mu.RLock()
	defer s.session.mu.RUnlock()
	var all []User
	if !s.user.Anonymous {
		all = append(all, s.user)
	}
	return append(all, s.session.been...)
}

// knownUser finds one of them by account id.
func (s *Server) knownUser(account string) (User, bool) {
	all := s.knownUsers()
	if i := slices.IndexFunc(all, func(u User) bool { return u.AccountID == account }); i >= 0 {
		return all[i], true
	}
	return User{}, false
}

// id names a user in requests.
func (u User) id() string {
	if u.Anonymous {
		return anonymousName
	}
	return u.AccountID
}

// label names a user for people.
func (u User) label() string {
	if u.Anonymous {
		return anonymousName
	}
	return u.FullName
}

func (u User) same(other User) bool { return u.id() == other.id() }
