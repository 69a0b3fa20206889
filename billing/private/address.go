package private

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Address is a postal address, line by line.
type Address struct{ held[address] }

// NewAddress takes 1 to 6 lines, parted by "\n", each of at most 100 characters with a letter or a digit in it and no blanks
// around it. Anything else is [ErrText], a mask [ErrMask].
func NewAddress(text string) (Address, error) {
	h, err := hold[address](text)
	return Address{h}, err
}

type address struct{}

func (address) word() string { return "address" }

func (address) signs() signs { return signs{stars: 2, xs: 3} }

func (address) check(text string) *problem.Error {
	lines := strings.Split(text, "\n")
	if len(lines) > 6 {
		return badText("address", "has more than 6 lines", "give the lines that stand on an envelope")
	}
	for i, line := range lines {
		if err := checkLine(fmt.Sprintf("address, line %d,", i+1), line, 100); err != nil {
			return err
		}
	}
	return nil
}

func (address) canonical(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = oneBlank(line)
	}
	return strings.Join(lines, "\n")
}
