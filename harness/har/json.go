package har

import (
	"encoding/json"
	"errors"
	"fmt"
)

// jsonReader reads a JSON document piece by piece.
type jsonReader struct{ *json.Decoder }

// object reads an object, and calls member for each of its names, which reads the
// value.
func (r *jsonReader) object(member func(name string) error) error {
	if err := r.begin('{', "an object"); err != nil {
		return err
	}
	for r.More() {
		name, err := r.Token()
		if err != nil {
			return err
		}
		text, _ := name.(string)
		if err := member(text); err != nil {
			return err
		}
	}
	_, err := r.Token()
	return err
}

// list reads a list, and calls item for each, which reads it. Null is an empty list.
func (r *jsonReader) list(item func() error) error {
	if err := r.begin('[', "a list"); err != nil {
		return err
	}
	for r.More() {
		if err := item(); err != nil {
			return err
		}
	}
	_, err := r.Token()
	return err
}

func (r *jsonReader) begin(want json.Delim, what string) error {
	t, err := r.Token()
	if err == nil && t != want {
		return notHAR("where %s should be, at byte %d, is %.40q", what, r.InputOffset(), fmt.Sprint(t))
	}
	return err
}

// loose reads an object; what is none leaves o empty.
func (r *jsonReader) loose(o *object) error {
	err := r.Decode(o)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return nil
	}
	return err
}

// skip reads a value and forgets it.
func (r *jsonReader) skip() error {
	var v json.RawMessage
	return r.Decode(&v)
}
