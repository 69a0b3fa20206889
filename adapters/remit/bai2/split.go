package bai2

import "strings"

// codeAt is the record code that a text begins with, where a comma follows it; empty where none does.
func codeAt(text string) string {
	if len(text) < 3 || text[2] != ',' {
		return ""
	}
	switch text[:2] {
	case "01", "02", "03", "16", "49", "88", "98", "99":
		return text[:2]
	}
	return ""
}

// cutRecord parts a line where another record begins within it: behind a slash and blanks, where a code follows. The slash stays with what is
// before it.
func cutRecord(line string) (record, rest string) {
	for from := 0; ; {
		slash := strings.IndexByte(line[from:], '/')
		if slash < 0 {
			return line, ""
		}
		slash += from
		at := slash + 1
		for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
			at++
		}
		if at > slash+1 && codeAt(line[at:]) != "" {
			return line[:slash+1], line[at:]
		}
		from = slash + 1
	}
}

// ended takes the slash off that ends a record, with blanks behind it.
func ended(text string) string {
	if text == "" || text[len(text)-1] != '/' && text[len(text)-1] != ' ' && text[len(text)-1] != '\t' {
		return text
	}
	if cut := strings.TrimRight(text, " \t"); strings.HasSuffix(cut, "/") {
		return cut[:len(cut)-1]
	}
	return text
}

// fields goes through the fields of a record.
type fields struct {
	text string
	// over says that the last was taken, and missing that one was asked for behind it.
	over, missing bool
}

// take is the next field; empty where there is none any more.
func (f *fields) take() string {
	if f.over {
		f.missing = true
		return ""
	}
	comma := strings.IndexByte(f.text, ',')
	if comma < 0 {
		f.over = true
		return f.text
	}
	field := f.text[:comma]
	f.text = f.text[comma+1:]
	return field
}
