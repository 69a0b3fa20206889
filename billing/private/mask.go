package private

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// signs are how many characters make a text the mask of its kind, where others have written it.
type signs struct {
	stars int  // as many stars, dots or boxes, anywhere in the text
	xs    int  // a word that starts with as many x and holds nothing else but digits: XXXX6789; 0 if x is no sign
	named bool // XXX in capitals, between blanks and beside other words, is how somebody is called: XXX Feed Store
}

// of reports whether a text is a mask, holds one, or is what is left of one that was cut short. The masks of this module
// are all taken for such, whatever the kind: a name read from the wrong column is as lost as one from the right one.
func (s signs) of(text string) bool {
	text = unescaped(text)
	small := strings.ToLower(text)
	return strings.Contains(small, "redacted") || strings.Contains(text, "###") || strings.Contains(text, "???") ||
		len([]rune(only(text, isStar))) >= s.stars || isHouseMask(small) || isEnd(text) || debris.MatchString(text) || s.hasXs(text)
}

func isStar(r rune) bool { return strings.ContainsRune("*∗＊✱•●⬤■█▓▒░", r) }

// unescaped takes off what a page, a link or a keyboard has made of brackets, so that a mask that went through them is still one:
// also twice through a page.
func unescaped(text string) string {
	return brackets.Replace(html.UnescapeString(html.UnescapeString(text)))
}

var brackets = strings.NewReplacer("%5B", "[", "%5b", "[", "%5D", "]", "%5d", "]", "%20", " ", `\]`, "]",
	"［", "[", "］", "]", "〔", "[", "〕", "]", "【", "[", "】", "]")

// houseMasks are the masks of this module, without their brackets: those of the private types, and of the keys here and in
// billing/approval.
var houseMasks = []string{
	"private name", "private address", "private e-mail", "private telephone", "private bank account", "private routing number", "private key",
	"no name", "no address", "no e-mail", "no telephone", "no bank account", "no routing number", "no key", "sealing key",
}

// isHouseMask looks for a mask of this module in a text in lower case: whole, without a bracket, or cut short at either end.
func isHouseMask(small string) bool {
	for line := range strings.SplitSeq(small, "\n") {
		for rest := line; ; {
			_, after, found := strings.Cut(rest, "[")
			if !found {
				break
			}
			if opensMask(after) {
				return true
			}
			rest = after
		}
		if before, _, found := strings.Cut(line, "]"); found && len(before) >= 2 && !strings.Contains(before, "[") &&
			slices.ContainsFunc(houseMasks, func(mask string) bool { return strings.HasSuffix(mask, before) || strings.HasSuffix(before, mask) }) {
			return true
		}
		if line != "no name" && slices.Contains(houseMasks, line) { // many an inn is called No Name
			return true
		}
	}
	return false
}

// opensMask reports whether a mask of this module follows a bracket. What is closed must be one to its end, so that [No
// Smoking] is none; what is cut short may be the beginning of one.
func opensMask(after string) bool {
	if strings.HasPrefix(after, "priv") || strings.HasPrefix(after, "sealing ") {
		return true
	}
	end := strings.IndexFunc(after, func(r rune) bool { return !isASCIILetter(r) && r != ' ' && r != '-' })
	if end >= 0 && after[end] == ']' {
		return slices.Contains(houseMasks, after[:end])
	}
	if end < 0 {
		end = len(after)
	}
	return end >= 2 && slices.ContainsFunc(houseMasks, func(mask string) bool { return strings.HasPrefix(mask, after[:end]) })
}

// isEnd reports whether a text is, or holds, the end of a number as LastFour gives it: …6789, also with three points.
func isEnd(text string) bool {
	text = strings.ReplaceAll(text, "...", ellipsis)
	_, after, found := strings.Cut(text, ellipsis)
	for ; found; _, after, found = strings.Cut(after, ellipsis) {
		if after != "" && isDigit(rune(after[0])) {
			return true
		}
	}
	runes := []rune(strings.TrimPrefix(text, ellipsis))
	return strings.HasPrefix(text, ellipsis) && len(runes) == 4 && !slices.ContainsFunc(runes, func(r rune) bool { return !isLetterOrDigit(r) })
}

const ellipsis = "…"

// debris is what printing leaves of what has no text: the address of code or data, a verb of fmt without its argument or with
// the wrong one, a nil, and the hole in a template.
var debris = regexp.MustCompile(`0x[0-9a-fA-F]+[})]|^[&({\s]*0x[0-9a-fA-F]{4,}$|%![A-Za-z(]|(MISSING|BADINDEX|BADWIDTH|BADPREC|NOVERB)\)|<nil>|<no value>`)

func (s signs) hasXs(text string) bool {
	if s.xs == 0 {
		return false
	}
	isOther := func(r rune) bool { return isLetterOrDigit(r) && !isDigit(r) && r != 'x' && r != 'X' }
	for field := range strings.FieldsSeq(text) {
		if s.named && strings.Trim(field, ",.'’&") == "XXX" && strings.ContainsFunc(text, isOther) {
			continue
		}
		for word := range strings.FieldsFuncSeq(strings.ToLower(field), func(r rune) bool { return !isLetterOrDigit(r) }) {
			xs := strings.TrimRightFunc(word, isDigit)
			if len(xs) >= s.xs && strings.Trim(xs, "x") == "" {
				return true
			}
		}
	}
	return false
}
