package ratefile

import (
	"strconv"
	"strings"
)

// A place is where the reader of a file is, as a chain to the root: paths are
// written only where a problem asks for one.
type place struct {
	up    *place
	key   string
	index int // where there is no key
}

func (p *place) under(key string) *place { return &place{up: p, key: key} }

func (p *place) item(i int) *place { return &place{up: p, index: i} }

// String is the path in the file, such as schedules[0].versions[1].from.
func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case p.key != "":
		return joinPath(p.up.String(), p.key)
	}
	return p.up.String() + "[" + strconv.Itoa(p.index) + "]"
}

// joinPath adds a key to a path.
func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// below says whether a path is another or lies under it.
func below(path, top string) bool {
	rest, ok := strings.CutPrefix(path, top)
	return ok && (rest == "" || top == "" || rest[0] == '.' || rest[0] == '[')
}

// parentPath is the path of what holds the value of a path.
func parentPath(path string) string { return path[:max(strings.LastIndexAny(path, ".["), 0)] }

// scheduleOf is the index of the schedule that a path is in; -1 for none.
func scheduleOf(path string) int {
	rest, ok := strings.CutPrefix(path, "schedules[")
	if !ok {
		return -1
	}
	digits, _, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return i
}
