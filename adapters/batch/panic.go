package batch

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// A Panic is what a stream panics with when its source or its work has panicked, in whatever
// goroutine that was.
type Panic struct {
	// Value is what it panicked with.
	Value any
	// Stack is where, as [debug.Stack] writes it.
	Stack []byte
}

// Error gives the value and the stack.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Unwrap returns the value where it is an error, as a [runtime.Error] is.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// A failure is why a call has not returned: a panic, or runtime.Goexit where there is none.
type failure struct{ panic *Panic }

// caught takes what recover has returned.
func caught(value any) *failure {
	switch v := value.(type) {
	case nil:
		return &failure{}
	case *Panic: // of a stream that is the source of another
		return &failure{v}
	}
	return &failure{&Panic{value, debug.Stack()}}
}

func (f *failure) raise() {
	if f.panic == nil {
		runtime.Goexit()
	}
	panic(f.panic)
}
