package harness

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/standin-dev/standin/fakehost"
)

// person is the config's key user.
type person fakehost.User

const personForms = `user is anonymous, customer, or some of {accountId: "...", accountType: atlassian, fullName: "...", timeZone: Europe/Berlin, locale: de_DE}`

// UnmarshalYAML reads a word or an account.
func (p *person) UnmarshalYAML(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "anonymous":
		*p = person{Anonymous: true}
		return nil
	case n.Kind == yaml.ScalarNode && n.Value == "customer":
		*p = person(fakehost.MadeUpCustomer())
		return nil
	case n.Kind != yaml.MappingNode || len(n.Content) == 0:
		return fmt.Errorf("line %d: %s", n.Line, personForms)
	}
	fields := map[string]*string{
		"accountId": &p.AccountID, "accountType": &p.AccountType, "fullName": &p.FullName, "timeZone": &p.TimeZone, "locale": &p.Locale,
	}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		into := fields[key.Value]
		if into == nil {
			return fmt.Errorf("line %d: a user has no %q; %s", key.Line, key.Value, personForms)
		}
		if value.Kind != yaml.ScalarNode || value.Value == "" || *into != "" {
			return fmt.Errorf("line %d: %s takes one text", value.Line, key.Value)
		}
		*into = value.Value
	}
	switch p.AccountType {
	case "", "atlassian", "customer", "app":
		return nil
	}
	return fmt.Errorf("line %d: accountType %q is none; it is atlassian, customer or app", n.Line, p.AccountType)
}

// personNote says who looks, where that is not the made-up user; "" otherwise.
func (r *run) personNote() string {
	if r.cfg.User == (fakehost.User{}) {
		return ""
	}
	if r.user.Anonymous {
		return "user: nobody is logged in"
	}
	return strings.TrimSpace(fmt.Sprintf("user: %s, account %s (%s)", r.user.FullName, r.user.AccountID, r.user.AccountType))
}
