package report

// KeptIn is an address that is not on this machine, and to which standin let nothing go.
type KeptIn struct {
	// Host is whom it is of, with the port where that is not the scheme's.
	Host string `json:"host"`
	// Address is without its query. Of a call by TLS that was refused before it was made it
	// is the host alone.
	Address string `json:"address"`
	// Kind is the kind of the first request as the browser names it, as Script; "call" for a
	// back end's.
	Kind string `json:"kind"`
	// By is who asked for it: "page" or "back end".
	By string `json:"by"`
	// Times counts the requests of the whole run.
	Times int `json:"times"`
	// Reason says why a rule of outside did not hold for it. Empty: none is about its host.
	Reason string `json:"reason,omitempty"`
}
