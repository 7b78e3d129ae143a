package differential

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rawRecord is what a probe told: one entry of one of the lists of one frame.
type rawRecord struct {
	Frame string `json:"frame"` // the module's key, "addon/key" for another app, "page" for the product page
	List  string `json:"list"`  // said, heard, heard from the top, heard from within, noticed; hello: the frame's probe has come up
	Value any    `json:"value"`
}

// sceneRecord is the record of a scene: the lines of each list, named "step | frame list".
type sceneRecord map[string][]string

// recorder turns raw records into lines that do not depend on the run.
type recorder struct {
	scene   sceneRecord
	origins *strings.Replacer
	names   map[string]string // the random id -> what it belongs to
	counts  map[string]int
}

func newRecorder(s *site) *recorder {
	return &recorder{
		scene:   sceneRecord{},
		origins: strings.NewReplacer(s.appURL, "{app}", s.hostURL, "{host}"),
		names:   map[string]string{},
		counts:  map[string]int{},
	}
}

// measurements are what the published all.js reports of itself when the machine is idle.
var measurements = []string{"trackIframePerformanceMetrics", "trackWebVitals"}

// add takes the records of a step. Ids are named first, for what one process recorded may be told before
// what caused it in another.
func (r *recorder) add(step string, records []rawRecord) {
	records = slices.DeleteFunc(records, func(raw rawRecord) bool {
		message, _ := raw.Value.(map[string]any)
		fn, _ := message["fn"].(string)
		return raw.List == "hello" || slices.Contains(measurements, fn)
	})
	for _, list := range []string{"said", "heard"} {
		for _, raw := range records {
			if message, ok := raw.Value.(map[string]any); ok && strings.HasPrefix(raw.List, list) {
				r.nameIDs(raw.Frame, message)
			}
		}
	}
	for _, raw := range records {
		at := fmt.Sprintf("%s | %s %s", step, raw.Frame, raw.List)
		line := r.line(raw)
		if lines := r.scene[at]; isResize(line) && len(lines) > 0 && lines[len(lines)-1] == line {
			continue
		}
		r.scene[at] = append(r.scene[at], line)
	}
}

// isResize tells the line of a size that was reported. Reported twice in a row, it counts once: how
// often the same size is measured depends on how often the frame is drawn.
func isResize(line string) bool { return strings.Contains(line, `fn: "resize", mod: "env"}`) }

// nameIDs names the ids that a message brings in: that of a call after its method, that of an instance
// after its class, that of an event after its name.
func (r *recorder) nameIDs(frame string, message map[string]any) {
	owner := fmt.Sprint(frame, " ", message["mod"], ".", message["fn"])
	if message["type"] == "evt" {
		owner = fmt.Sprint(frame, " ", message["etyp"])
	}
	if cls, ok := message["_cls"]; ok {
		r.nameID(message["_id"], fmt.Sprint(frame, " ", message["mod"], ".", cls))
		owner = fmt.Sprint(frame, " ", message["mod"], ".", cls, ".", message["fn"])
	}
	if message["type"] != "resp" {
		r.nameID(message["mid"], owner)
	}
}

func (r *recorder) nameID(id any, owner string) {
	text, ok := id.(string)
	if !ok || r.names[text] != "" {
		return
	}
	r.counts[owner]++
	r.names[text] = fmt.Sprintf("<%s %d>", owner, r.counts[owner])
}

var (
	extensionID = regexp.MustCompile(`\b([a-z][a-z0-9-]*__[a-z][a-z0-9-]*)__[0-9a-f]{1,8}\b`)
	sceneQuery  = regexp.MustCompile(`\??settings=%7B[^#"\s]*`)
	token       = regexp.MustCompile(`\beyJ[\w-]*\.([\w-]+)\.[\w-]+`)
	// An id is a random number, so that one in some hundred thousand is a short one: it
	// is told by its quotes, or a count would pass for it.
	randomHex = regexp.MustCompile(`"[0-9a-f]{1,8}"|\b[0-9a-f]{4,8}\b`)
)

// line is a record as one line of text.
func (r *recorder) line(raw rawRecord) string {
	var b strings.Builder
	if message, ok := raw.Value.(map[string]any); ok && raw.List != "noticed" {
		fmt.Fprintf(&b, "%v ", message["type"])
		delete(message, "type")
	}
	render(&b, raw.Value)
	text := r.origins.Replace(b.String())
	text = extensionID.ReplaceAllString(text, "${1}__#")
	text = sceneQuery.ReplaceAllString(text, "")
	text = token.ReplaceAllStringFunc(text, issuer)
	return randomHex.ReplaceAllStringFunc(text, func(found string) string {
		id := strings.Trim(found, `"`)
		if name := r.names[id]; name != "" {
			return strings.Replace(found, id, name, 1)
		}
		return found
	})
}

// issuer is what a token of the site says of where it comes from.
func issuer(jwt string) string {
	payload, err := base64.RawURLEncoding.DecodeString(token.FindStringSubmatch(jwt)[1])
	var claims struct{ Iss string }
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return jwt
	}
	return "token of " + claims.Iss
}

// render writes a value as JavaScript would have it, members in the order of the alphabet.
func render(b *strings.Builder, value any) {
	switch v := value.(type) {
	case map[string]any:
		if tag, ok := v["$"].(string); ok && len(v) == 1 {
			b.WriteString(tag)
			return
		}
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		b.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "%s: ", name)
			render(b, v[name])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			render(b, item)
		}
		b.WriteByte(']')
	default:
		raw, _ := json.Marshal(v) // what came as JSON goes as JSON
		b.Write(raw)
	}
}
