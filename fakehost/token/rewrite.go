package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// resign gives a token whose iat, nbf and exp are moved by whole seconds, signed anew with the secret by HS256. The header and the
// rest of the payload stay as they are written, to the byte. padding spaces are put behind the payload's JSON, where they mean
// nothing. A token in which nothing moves is given back as it is.
func resign(raw, secret string, seconds int64, padding int) (string, error) {
	header, rest, _ := strings.Cut(raw, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := decode(payload)
	if err != nil {
		return "", fmt.Errorf("token: move: payload: %w", err)
	}
	moved, err := moveTimes(text, seconds)
	if err != nil {
		return "", fmt.Errorf("token: move: payload: %w", err)
	}
	if bytes.Equal(moved, text) {
		return raw, nil
	}
	moved = append(moved, strings.Repeat(" ", padding)...)
	return sign(header, moved, jwt.SigningMethodHS256, []byte(secret))
}

// moveTimes adds seconds to the numbers of the top-level members iat, nbf and exp, and leaves every other byte alone.
func moveTimes(text []byte, seconds int64) ([]byte, error) {
	var moved []byte
	copied := 0
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil { // the opening brace
		return nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if name != "iat" && name != "nbf" && name != "exp" {
			continue
		}
		end := int(d.InputOffset())
		moved = append(moved, text[copied:end-len(value)]...)
		moved = append(moved, addSeconds(string(value), seconds)...)
		copied = end
	}
	return append(moved, text[copied:]...), nil
}

// addSeconds adds to a JSON number, in the form in which it is written where that is possible. What is no number stays.
func addSeconds(number string, seconds int64) string {
	if whole, err := strconv.ParseInt(number, 10, 64); err == nil {
		sum := whole + seconds
		if (sum > whole) == (seconds > 0) {
			return strconv.FormatInt(sum, 10)
		}
		return number // it would overflow: a time that far off is the same to everybody
	}
	var f float64
	if json.Unmarshal([]byte(number), &f) != nil || number == "null" {
		return number
	}
	return strconv.FormatFloat(f+float64(seconds), 'f', -1, 64)
}
