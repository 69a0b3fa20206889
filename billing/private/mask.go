package private

import "strings"

// signs are how many characters make a text the mask of its kind, where others have written it.
type signs struct {
	stars int // as many stars, dots or boxes, anywhere in the text
	xs    int // a word that starts with as many x and holds nothing else but digits: XXXX6789; 0 if x is no sign
}

// of reports whether a text is a mask, holds one, or is what is left of one that was cut short. The masks of this package
// are all taken for such, whatever the kind: a name read from the wrong column is as lost as one from the right one.
func (s signs) of(text string) bool {
	small := strings.ToLower(text)
	if strings.Contains(small, "[priv") || strings.Contains(small, "[no ") || strings.Contains(small, "redacted") {
		return true
	}
	if strings.Contains(text, "###") || strings.Contains(text, "???") {
		return true
	}
	if len([]rune(only(text, isStar))) >= s.stars {
		return true
	}
	if s.xs == 0 {
		return false
	}
	for word := range strings.FieldsFuncSeq(small, func(r rune) bool { return !isLetterOrDigit(r) }) {
		xs := strings.TrimRightFunc(word, isDigit)
		if len(xs) >= s.xs && strings.Trim(xs, "x") == "" {
			return true
		}
	}
	return false
}

func isStar(r rune) bool { return strings.ContainsRune("*∗＊✱•●⬤■█▓▒░", r) }
