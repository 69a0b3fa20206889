package private

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/headgate-dev/headgate/billing/problem"
)

// checkText refuses what is no text of any kind, then masks, then what the kind itself refuses.
func checkText(s shape, text string) error {
	word := s.word()
	switch {
	case !utf8.ValidString(text):
		return badText(word, "is not UTF-8", "convert it from the character set that it was written in")
	case strings.TrimSpace(text) == "":
		return badText(word, "is blank", "use the zero value where it is not known")
	case strings.ContainsRune(text, utf8.RuneError):
		return badText(word, "holds a character that was lost (U+FFFD)", "take it from where it was entered")
	case strings.ContainsFunc(text, isControl):
		return badText(word, "holds a control character", `take it out; lines of an address end in "\n"`)
	case s.signs().of(text):
		return maskError(word)
	}
	// Not returned as it is: a nil *problem.Error in an error is not nil.
	if err := s.check(text); err != nil {
		return err
	}
	return nil
}

// isControl reports what has no place in a line: control characters save the line feed, the separators of lines and
// paragraphs, a byte order mark, and the marks that turn the direction of writing, with which a text reads other than it is.
func isControl(r rune) bool {
	return r != '\n' && unicode.Is(unicode.Cc, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || unicode.Is(unicode.Bidi_Control, r)
}

// checkLine refuses a line of free text that is not as people would write it: at most limit characters, something to read,
// no blanks around it.
func checkLine(word, line string, limit int) *problem.Error {
	switch {
	case strings.TrimSpace(line) != line:
		return badText(word, "has blanks around it", "trim it: it is kept as it is given")
	case strings.ContainsRune(line, '\n'):
		return badText(word, "has more than one line", "give one line")
	case utf8.RuneCountInString(line) > limit:
		return badText(word, fmt.Sprintf("is longer than %d characters", limit), "give one, not several, and no note with it")
	case !strings.ContainsFunc(line, isLetterOrDigit):
		return badText(word, "has no letter and no digit", "use the zero value where it is not known")
	}
	return nil
}

// oneBlank puts one blank for each run of white space and takes it off both ends.
func oneBlank(line string) string { return strings.Join(strings.Fields(line), " ") }

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isASCIILetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// only keeps the characters that are wanted.
func only(text string, wanted func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if wanted(r) {
			return r
		}
		return -1
	}, text)
}

func badText(word, what, fix string) *problem.Error {
	return &problem.Error{Code: ErrText, What: "the " + word + " " + what, Fix: fix}
}

func maskError(word string) *problem.Error {
	return &problem.Error{Code: ErrMask, What: "the " + word + " is a mask, not what it stands for",
		Fix: "take it from where private.Reveal has stored it, or from where it was entered"}
}
