package policyfile

import "strings"

// closest is the key that a misspelled one is likely to stand for, "" where none is
// near: by case or dashes alone, or by a letter or two that are wrong, missing, too
// many or in the wrong order.
func closest(written string, keys []string) string {
	const longest = 100
	if len(written) > longest {
		return ""
	}
	plain := func(text string) string {
		return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(text))
	}
	best, least := "", 0
	for _, key := range keys {
		allowed := min(2, len(plain(key))/3)
		if len(key) == len(written) && len(key) > 1 { // one slip, such as ot for to
			allowed = max(allowed, 1)
		}
		d := distance(plain(written), plain(key))
		if d <= allowed && (best == "" || d < least) {
			best, least = key, d
		}
	}
	return best
}

// distance is how many bytes are to be changed, added, taken out or swapped with their
// neighbor to make one text of another.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
