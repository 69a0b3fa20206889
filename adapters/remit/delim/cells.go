package delim

import "strings"

// split parts a row into cells, as RFC 4180 says: a cell may stand in quotes, in which a quote is doubled and line ends are text. It says where
// a quote stands that cannot be, and that the last cell is not closed, so that the row may go on in the next line.
func split(row string, delimiter byte, cells []string) (out []string, bad int, open bool) {
	out = cells[:0]
	at := 0
	for {
		if at < len(row) && row[at] == '"' {
			var cell strings.Builder
			i := at + 1
			for {
				end := strings.IndexByte(row[i:], '"')
				if end < 0 {
					return out, 0, true
				}
				cell.WriteString(row[i : i+end])
				i += end + 1
				if i >= len(row) || row[i] != '"' {
					break
				}
				cell.WriteByte('"')
				i++
			}
			out = append(out, cell.String())
			if i >= len(row) {
				return out, 0, false
			}
			if row[i] != delimiter {
				return out, i + 1, false
			}
			at = i + 1
			continue
		}
		end := strings.IndexByte(row[at:], delimiter)
		cell := row[at:]
		if end >= 0 {
			cell = row[at : at+end]
		}
		if quote := strings.IndexByte(cell, '"'); quote >= 0 {
			return out, at + quote + 1, false
		}
		out = append(out, cell)
		if end < 0 {
			return out, 0, false
		}
		at += end + 1
	}
}
