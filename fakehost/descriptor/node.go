package descriptor

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// node is a JSON object that keeps the order of its members and knows where it stands, so that complaints can name the place.
type node struct {
	path    string
	members []member
	*complaints
}

type member struct {
	name  string
	value json.RawMessage
}

// open reads an object at a path; nil, with a complaint, if the value is none.
func (c *complaints) open(path string, value json.RawMessage) *node {
	members, err := readMembers(value)
	if err != nil {
		c.refuse(path, "must be a JSON object", "write { ... }")
		return nil
	}
	return &node{path: path, members: members, complaints: c}
}

// readMembers lists the members of an object. Of a name that comes twice the last counts, as in JavaScript.
func readMembers(value json.RawMessage) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("not an object")
	}
	var members []member
	at := map[string]int{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string) // in an object, what stands before a value is its name
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		if i, twice := at[name]; twice {
			members[i].value = raw
			continue
		}
		at[name] = len(members)
		members = append(members, member{name, raw})
	}
	return members, nil
}

// at is the path of a member.
func (n *node) at(name string) string {
	if n.path == "" {
		return name
	}
	return n.path + "." + name
}

// get gives a member; nil when it is absent or null.
func (n *node) get(name string) json.RawMessage {
	for _, m := range n.members {
		if m.name == name && string(m.value) != "null" {
			return m.value
		}
	}
	return nil
}

// object opens a member that may be absent; nil when it is, or, with a complaint, when it is no object.
func (n *node) object(name string) *node {
	value := n.get(name)
	if value == nil {
		return nil
	}
	return n.open(n.at(name), value)
}

// text reads a member that may be absent.
func (n *node) text(name string) string {
	value := n.get(name)
	if value == nil {
		return ""
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		n.refuse(n.at(name), "must be text", "put it in double quotes")
	}
	return text
}

// flag reads a member that may be absent, which is false.
func (n *node) flag(name string) bool {
	value := n.get(name)
	if value == nil {
		return false
	}
	var flag bool
	if json.Unmarshal(value, &flag) != nil {
		n.refuse(n.at(name), "must be true or false", "write it without quotes")
	}
	return flag
}
