package har

// The document, as it is written. Names and order are those of the specification,
// HAR 1.2.

type document struct {
	StartedDateTime string      `json:"startedDateTime"`
	ID              string      `json:"id"`
	Title           string      `json:"title"`
	PageTimings     pageTimings `json:"pageTimings"`
	Scenario        string      `json:"_scenario,omitempty"`
}

// pageTimings are not known.
type pageTimings struct{}

type product struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type entry struct {
	PageRef          string    `json:"pageref"`
	StartedDateTime  string    `json:"startedDateTime"`
	Time             float64   `json:"time"`
	Request          request   `json:"request"`
	Response         response  `json:"response"`
	Cache            struct{}  `json:"cache"`
	Timings          timings   `json:"timings"`
	Initiator        initiator `json:"_initiator"`
	ResourceType     string    `json:"_resourceType"`
	FromCache        string    `json:"_fromCache,omitempty"`
	WebSocket        []message `json:"_webSocketMessages,omitempty"`
	Frame            *frame    `json:"_frame,omitempty"`
	RealStarted      string    `json:"_realStartedDateTime,omitempty"`
	AnsweredDateTime string    `json:"_answeredDateTime,omitempty"`
	RedirectOf       int       `json:"_redirectOf,omitempty"` // a place in the page, from 1
	Blocked          bool      `json:"_blocked,omitempty"`
	Staged           bool      `json:"_staged,omitempty"`
	Pending          bool      `json:"_pending,omitempty"`
	Findings         []string  `json:"_findings,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []cookie  `json:"cookies"`
	Headers     []pair    `json:"headers"`
	QueryString []pair    `json:"queryString"`
	PostData    *postData `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

type postData struct {
	MimeType string `json:"mimeType"`
	Params   []pair `json:"params"`
	Text     string `json:"text"`
	Encoding string `json:"_encoding,omitempty"` // base64, for what is no text
}

type response struct {
	Status      int      `json:"status"`
	StatusText  string   `json:"statusText"`
	HTTPVersion string   `json:"httpVersion"`
	Cookies     []cookie `json:"cookies"`
	Headers     []pair   `json:"headers"`
	Content     content  `json:"content"`
	RedirectURL string   `json:"redirectURL"`
	HeadersSize int      `json:"headersSize"`
	BodySize    int      `json:"bodySize"`
	Error       string   `json:"_error,omitempty"`
}

// content has no text: the browser is not asked for it.
type content struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cookie struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Path     string `json:"path,omitempty"`
	Domain   string `json:"domain,omitempty"`
	HTTPOnly bool   `json:"httpOnly,omitempty"`
	Secure   bool   `json:"secure,omitempty"`
	SameSite string `json:"sameSite,omitempty"`
}

// timings are in milliseconds; -1: not known.
type timings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	SSL     float64 `json:"ssl"`
}

// initiator is as Chrome's protocol has it, Network.Initiator: lines count from 0.
type initiator struct {
	Type  string `json:"type"`
	URL   string `json:"url,omitempty"`
	Line  *int   `json:"lineNumber,omitempty"`
	Stack *stack `json:"stack,omitempty"`
}

type stack struct {
	CallFrames []callFrame `json:"callFrames"`
}

type callFrame struct {
	FunctionName string `json:"functionName"`
	ScriptID     string `json:"scriptId"`
	URL          string `json:"url"`
	Line         int    `json:"lineNumber"`
	Column       int    `json:"columnNumber"`
}

// message is one of a WebSocket: its time in seconds since 1970, its opcode 1 for
// text and 2 for binary, whose data is base64.
type message struct {
	Type   string  `json:"type"` // send or receive
	Time   float64 `json:"time"`
	Opcode int     `json:"opcode"`
	Data   string  `json:"data"`
	// At is the time with all its digits, and Size how long the message is, where
	// the data is its beginning only.
	At       string `json:"_dateTime"`
	Size     int    `json:"_size,omitempty"`
	Encoding string `json:"_encoding,omitempty"` // base64, for text that is none
}

// frame is where a request came from.
type frame struct {
	ID        string `json:"id"`
	Document  string `json:"document,omitempty"`
	Extension string `json:"extension,omitempty"`
	HostPage  bool   `json:"hostPage,omitempty"`
	Window    bool   `json:"window,omitempty"`
}
