package impactreport

// closed is a text after which others are written as they would be without it: characters that
// turn the direction of what follows, such as an override to the right, are undone at its end
// (Unicode Standard Annex 9).
func closed(s string) string {
	const popEmbedding, popIsolate = '\u202C', '\u2069'
	var open []rune // what ends each direction that has begun
	for _, r := range s {
		switch r {
		case '\u202A', '\u202B', '\u202D', '\u202E': // embeddings and overrides
			open = append(open, popEmbedding)
		case '\u2066', '\u2067', '\u2068': // isolates
			open = append(open, popIsolate)
		case popEmbedding:
			if last := len(open) - 1; last >= 0 && open[last] == popEmbedding {
				open = open[:last]
			}
		case popIsolate: // ends the embeddings within too
			for i := len(open) - 1; i >= 0; i-- {
				if open[i] == popIsolate {
					open = open[:i]
					break
				}
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		s += string(open[i])
	}
	return s
}
