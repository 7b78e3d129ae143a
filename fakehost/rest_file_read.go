package fakehost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lineError is a problem at a line of a file.
type lineError struct {
	line    int
	problem string
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.problem) }

// readJSON checks a JSON file and gives it as it is written, and, if it is an
// object, its members.
func readJSON(data []byte) (json.RawMessage, []member, error) {
	var whole any
	if err := json.Unmarshal(data, &whole); err != nil {
		offset := int64(0)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			offset = syntax.Offset
		}
		return nil, nil, &lineError{lineAt(data, offset), "is not JSON: " + err.Error()}
	}
	body := json.RawMessage(bytes.TrimSpace(data))
	if _, object := whole.(map[string]any); !object {
		return body, nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	// The file was just decoded, so that none of these can fail.
	_, _ = decoder.Token()
	var members []member
	for decoder.More() {
		name, _ := decoder.Token()
		m := member{line: lineAt(data, decoder.InputOffset())}
		m.name, _ = name.(string)
		if err := decoder.Decode(&m.value); err != nil {
			return nil, nil, err
		}
		members = append(members, m)
	}
	return body, members, nil
}

// lineAt is the line, from 1, that an offset lies in.
func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

// readYAML is the same for a YAML file. What it holds is turned into JSON.
func readYAML(data []byte) (json.RawMessage, []member, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil, errors.New("holds nothing but comments: write the body, or status: 204")
		}
		return nil, nil, yamlError(err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, nil, yamlError(err)
		}
		return nil, nil, &lineError{second.Line, "holds a second document: one file is one answer"}
	}
	if err := plainTexts(&document, 0); err != nil {
		return nil, nil, err
	}
	whole, err := asJSON(&document)
	if err != nil {
		return nil, nil, err
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return whole, nil, nil
	}
	var members []member
	content := document.Content[0].Content
	for i := 0; i+1 < len(content); i += 2 {
		value, err := asJSON(content[i+1])
		if err != nil {
			return nil, nil, err
		}
		members = append(members, member{content[i].Value, content[i].Line, value})
	}
	return whole, members, nil
}

// nestingLimit bounds how deep a file may be nested.
const nestingLimit = 1000

// plainTexts makes texts of what JSON does not know: dates, and keys that are no
// texts. What an alias points to is met where it stands.
func plainTexts(node *yaml.Node, depth int) error {
	if depth > nestingLimit {
		return &lineError{node.Line, "is nested too deep"}
	}
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!timestamp" {
		node.Tag = "!!str"
	}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.ScalarNode && child.ShortTag() != "!!merge" {
			child.Tag = "!!str"
		}
		if err := plainTexts(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func asJSON(node *yaml.Node) (json.RawMessage, error) {
	var value any
	if err := node.Decode(&value); err != nil {
		return nil, yamlError(err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, &lineError{node.Line, "cannot be said in JSON: " + strings.TrimPrefix(err.Error(), "json: ")}
	}
	return text, nil
}

var yamlLine = regexp.MustCompile(`(?s)^yaml: (?:unmarshal errors:\s+)?line (\d+): (.*)$`)

// yamlError takes the line out of an error of the library.
func yamlError(err error) error {
	text := err.Error()
	if match := yamlLine.FindStringSubmatch(text); match != nil {
		// The pattern lets only digits through.
		line, _ := strconv.Atoi(match[1])
		return &lineError{line, "is not YAML: " + match[2]}
	}
	return errors.New("is not YAML: " + strings.TrimPrefix(text, "yaml: "))
}
