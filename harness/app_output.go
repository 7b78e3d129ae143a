package harness

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// outputKept is how much of the end of an app's output is kept, in bytes, and
// linesTold how many lines of that are told.
const (
	outputKept = 4 << 10
	linesTold  = 15
)

// appPipe reads what an app prints for as long as any process of it can: an app that
// puts itself into the background goes on printing when its command has ended.
type appPipe struct {
	read, write *os.File
	kept        lastLines
	drained     chan struct{} // closed when no process can print any more
}

func newAppPipe(also io.Writer) (*appPipe, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("a pipe for the app's output: %w", err)
	}
	p := &appPipe{read: r, write: w, kept: lastLines{max: outputKept, also: also}, drained: make(chan struct{})}
	go func() {
		defer close(p.drained)
		_, _ = io.Copy(&p.kept, r)
	}()
	return p, nil
}

// started lets go of the end that the app's processes have now.
func (p *appPipe) started() { _ = p.write.Close() }

// close ends the reading.
func (p *appPipe) close() {
	select {
	case <-p.drained:
	case <-deadline(time.Second): // a process that left the group goes on printing
	}
	_ = p.read.Close()
	<-p.drained
}

// ended reports whether the command did.
func (a *appProcess) ended() bool {
	select {
	case <-a.proc.Done():
		return true
	default:
		return false
	}
}

// output is the last that the app printed.
func (a *appProcess) output() string {
	if a.ended() {
		select {
		case <-a.out.drained:
		case <-deadline(time.Second): // another process of it lives on
		}
	}
	lines := strings.Split(a.out.kept.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-linesTold):], "\n")
}

// deadline is closed after some time.
func deadline(d time.Duration) <-chan time.Time { return time.NewTimer(d).C } // deadline: what is awaited may never come

// lastLines keeps the end of what is written to it, and passes all of it on.
type lastLines struct {
	mu   sync.Mutex
	max  int
	buf  []byte
	cut  bool
	also io.Writer
}

func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.also != nil {
		_, _ = l.also.Write(p)
	}
	l.buf = append(l.buf, p...)
	if over := len(l.buf) - l.max; over > 0 {
		l.buf, l.cut = append(l.buf[:0], l.buf[over:]...), true
	}
	return len(p), nil
}

// String has whole lines, unless there is but one.
func (l *lastLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := string(l.buf)
	if _, rest, more := strings.Cut(text, "\n"); l.cut && more && strings.TrimSpace(rest) != "" {
		text = rest
	}
	return strings.TrimSpace(strings.ToValidUTF8(text, ""))
}
