package meterread

import (
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// row is one line, or one group of it, as it stands.
type row struct {
	plan  *recordPlan
	raw   string // with its end; of a group of columns, the group
	width int    // of raw without its end
	cells []string
}

// raw is what the field holds, untouched.
func (f *fieldPlan) raw(r *row) string {
	if f.columns {
		if f.start >= r.width {
			return ""
		}
		return r.raw[f.start:min(f.end, r.width)]
	}
	if f.cell < 0 || f.cell >= len(r.cells) {
		return ""
	}
	return r.cells[f.cell]
}

// text is what the field holds without its pad: empty where it says none.
func (f *fieldPlan) text(r *row) string { return f.told(f.raw(r)) }

// told is what a text that stands in the field says.
func (f *fieldPlan) told(s string) string {
	if f.null != "" && s == f.null {
		return ""
	}
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	if f.pad != ' ' {
		s = f.unpad(s)
	}
	if s == "" {
		return f.Default
	}
	if f.null != "" && s == f.null {
		return ""
	}
	return s
}

// unpad takes another pad than blanks off: all but one of zeros, which may be a number.
func (f *fieldPlan) unpad(s string) string {
	if f.right {
		for len(s) > 1 && s[0] == f.pad {
			s = s[1:]
		}
	} else {
		for len(s) > 1 && s[len(s)-1] == f.pad {
			s = s[:len(s)-1]
		}
	}
	if len(s) == 1 && s[0] == f.pad && f.pad != '0' {
		return ""
	}
	return s
}

// meaning is what a code of the field means; the code itself where no table says.
func (f *fieldPlan) meaning(code string) string {
	if word, ok := f.Values[code]; ok {
		return word
	}
	if codes := strings.Fields(code); f.several && len(codes) > 1 {
		for i := range codes {
			codes[i] = f.meaning(codes[i])
		}
		return strings.Join(codes, "; ")
	}
	if f.cmep && f.Role == "quality" && code != "" && isLetter(code[0]) && strings.Trim(code[1:], "0123456789") == "" {
		if word, ok := f.Values[code[:1]]; ok {
			return word
		}
	}
	return code
}

// column is where the field begins, from 1.
func (f *fieldPlan) column(r *row, delimiter byte) int {
	if f.columns {
		return f.start + 1
	}
	if f.cell < 0 || delimiter == 0 {
		return 0
	}
	return cellColumn(r.raw[:r.width], f.cell, delimiter)
}

func noField(name string) *problem.Error {
	return &problem.Error{Code: ErrNoLayout, Path: name, What: "the record has no field " + yamldoc.Quoted(name), Fix: "name one of its fields"}
}
