package scanline

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Mod97 is the remainder of a text modulo 97 under ISO 7064, its letters as A = 10 … Z = 35. It is 1 for what ends in its two check digits.
func Mod97(text string) (int, error) {
	if text == "" || len(text) > MaxDigits {
		return 0, &problem.Error{Code: ErrDigits, What: fmt.Sprintf("a text of %d characters", len(text)), Fix: fmt.Sprintf("give 1 to %d", MaxDigits)}
	}
	rest := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return 0, &problem.Error{Code: ErrDigits, Pos: problem.Pos{Line: 1, Col: i + 1}, What: "something other than a digit or a capital stands in the text", Fix: "give digits and capitals alone"}
		}
	}
	return rest, nil
}

// AppendMod97 is a text with its two check digits of ISO 7064 mod 97-10 behind it.
func AppendMod97(text string) (string, error) {
	rest, err := Mod97(text + "00")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%02d", text, 98-rest), nil
}

// VerifyMod97 says whether a text ends in its two check digits.
func VerifyMod97(text string) error {
	if len(text) < 3 {
		return &problem.Error{Code: ErrCheckDigit, What: fmt.Sprintf("a text of %d characters has no two check digits", len(text)), Fix: "look at it again"}
	}
	rest, err := Mod97(text)
	if err != nil {
		return err
	}
	if rest != 1 {
		return &problem.Error{Code: ErrCheckDigit, What: "the check digits are wrong", Fix: "look at the text again"}
	}
	return nil
}

// RF is a creditor reference of ISO 11649 for a text: "RF", two check digits, the text.
func RF(text string) (string, error) {
	if len(text) > 21 {
		return "", &problem.Error{Code: ErrDigits, What: fmt.Sprintf("a reference of %d characters", len(text)), Fix: "give at most 21"}
	}
	rest, err := Mod97(text + "RF00")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("RF%02d%s", 98-rest, text), nil
}

// VerifyRF says whether a text is a creditor reference of ISO 11649.
func VerifyRF(text string) error {
	if !strings.HasPrefix(text, "RF") || len(text) < 5 || len(text) > 25 {
		return &problem.Error{Code: ErrCheckDigit, What: "it is no creditor reference: RF, two digits, and 1 to 21 characters", Fix: "look at it again"}
	}
	return VerifyMod97(text[4:] + text[:4])
}
