package private

import "github.com/headgate-dev/headgate/billing/problem"

// Name is the name of a person or a business.
type Name struct{ held[name] }

// NewName takes a name as it is written, on one line of at most 200 characters with a letter or a digit in it and no blanks
// around it. Anything else is [ErrText], a mask [ErrMask]. XXX beside other words is taken for a name, as in XXX Feed Store;
// with a digit, alone, or longer it is a mask.
func NewName(text string) (Name, error) {
	h, err := hold[name](text)
	return Name{h}, err
}

type name struct{}

func (name) word() string { return "name" }

func (name) signs() signs { return signs{stars: 2, xs: 3, named: true} }

func (n name) check(text string) *problem.Error { return checkLine(n.word(), text, 200) }

func (name) canonical(text string) string { return oneBlank(text) }
